//! `csv`: the gradebook for a spreadsheet: student, assignment, points, max, verdict, one column a check.
//!
//! For teachers: hidden checks have their columns.

use super::text::clean;
use super::view::Graded;
use crate::core::result::{CheckResult, Verdict};

/// Renders all results, one row each.
pub fn render(graded: &[Graded]) -> String {
    // With several assignments a check's column bears the assignment's name.
    let first = graded.first().map(|g| g.result.assignment.as_str());
    let single = graded.iter().all(|g| Some(g.result.assignment.as_str()) == first);
    let name =
        |g: &Graded, c: &CheckResult| if single { c.id.clone() } else { format!("{}/{}", g.result.assignment, c.id) };
    let mut columns: Vec<String> = Vec::new();
    for one in graded {
        for check in &one.result.checks {
            let name = name(one, check);
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
    }
    let mut rows = vec![["student", "assignment", "points", "max", "verdict"].map(String::from).to_vec()];
    rows[0].extend(columns.iter().map(|c| cell(c)));
    for one in graded {
        let result = &one.result;
        let student = if one.student.is_empty() { &result.submission } else { &one.student };
        let mut row = vec![
            cell(student),
            cell(&result.assignment),
            result.points.to_string(),
            result.max_points.to_string(),
            result.verdict.name().to_string(),
        ];
        for column in &columns {
            let check = result.checks.iter().find(|c| name(one, c) == *column);
            row.push(match check {
                None => String::new(),
                Some(c) => match c.verdict {
                    Verdict::Passed | Verdict::Failed => c.points.to_string(),
                    undecided => undecided.name().to_string(),
                },
            });
        }
        rows.push(row);
    }
    rows.iter().map(|row| super::sheet::line(row, b',', "\n")).collect()
}

/// A text that a spreadsheet does not take for a formula.
fn cell(text: &str) -> String {
    let text = clean(text);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}
