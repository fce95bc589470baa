//! `csv`: the gradebook for a spreadsheet: student, assignment, points, max, verdict, one column a check.
//!
//! For teachers: hidden checks have their columns.

use std::collections::BTreeMap;

use super::text::clean;
use super::view::Graded;
use crate::core::result::Verdict;

/// One submission's line.
#[derive(Debug, Clone)]
pub struct Line<'a> {
    /// Whose.
    pub student: &'a str,
    /// Of what.
    pub assignment: &'a str,
    /// Earned.
    pub points: u32,
    /// To be had.
    pub max: u32,
    /// Over all checks.
    pub verdict: &'a str,
    /// Each check's id and what its column shows.
    pub checks: Vec<(&'a str, String)>,
}

/// What a check's column shows: its points, or why there are none.
pub fn value(verdict: Verdict, points: u32) -> String {
    match verdict {
        Verdict::Passed | Verdict::Failed => points.to_string(),
        undecided => undecided.name().to_string(),
    }
}

/// Renders all results, one row each.
pub fn render(graded: &[Graded]) -> String {
    let lines: Vec<Line<'_>> = graded
        .iter()
        .map(|one| Line {
            student: if one.student.is_empty() { &one.result.submission } else { &one.student },
            assignment: &one.result.assignment,
            points: one.result.points,
            max: one.result.max_points,
            verdict: one.result.verdict.name(),
            checks: one.result.checks.iter().map(|c| (c.id.as_str(), value(c.verdict, c.points))).collect(),
        })
        .collect();
    table(&lines)
}

/// The table, with its head.
pub fn table(lines: &[Line<'_>]) -> String {
    // With several assignments a check's column bears the assignment's name.
    let first = lines.first().map(|line| line.assignment);
    let single = lines.iter().all(|line| Some(line.assignment) == first);
    // Columns in the order of their first appearance.
    let mut columns: Vec<(&str, &str)> = Vec::new();
    let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for line in lines {
        for (id, _) in &line.checks {
            places.entry((line.assignment, id)).or_insert_with(|| {
                columns.push((line.assignment, id));
                columns.len() - 1
            });
        }
    }
    let mut head = ["student", "assignment", "points", "max", "verdict"].map(String::from).to_vec();
    head.extend(columns.iter().map(|(of, id)| cell(&if single { id.to_string() } else { format!("{of}/{id}") })));
    let mut out = super::sheet::line(&head, b',', "\n");
    for line in lines {
        let mut row = vec![
            cell(line.student),
            cell(line.assignment),
            line.points.to_string(),
            line.max.to_string(),
            line.verdict.to_string(),
        ];
        row.resize(head.len(), String::new());
        for (id, value) in &line.checks {
            row[5 + places[&(line.assignment, *id)]].clone_from(value);
        }
        out += &super::sheet::line(&row, b',', "\n");
    }
    out
}

/// A text that a spreadsheet does not take for a formula.
fn cell(text: &str) -> String {
    let text = clean(text);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}
