//! `canvas`: fills in the gradebook that the teacher exported from Canvas. No column is moved, added or dropped.

use super::sheet::{Sheet, normal};
use super::view::Graded;
use super::{Filled, ReportError};
use crate::core::result::{GradeResult, Verdict};

/// Fills in the points of each student's row. Rows of students who were not graded stay as they are.
pub fn fill(template: &str, graded: &[Graded]) -> Result<Filled, ReportError> {
    let mut sheet = Sheet::parse(template)?;
    if sheet.column("Student").is_none() {
        return Err(ReportError::Template(
            "this is no Canvas gradebook: it has no column `Student`; export it with Grades > Export and give that file".into(),
        ));
    }
    let keys: Vec<usize> =
        ["SIS Login ID", "SIS User ID", "ID", "Student"].iter().filter_map(|name| sheet.column(name)).collect();
    let mut notes = Vec::new();
    for one in graded {
        let column = assignment_column(&sheet, &one.result)?;
        let who = normal(&one.student);
        let found: Vec<usize> = keys
            .iter()
            .map(|key| (0..sheet.rows.len()).filter(|i| is_student(sheet.rows[*i].get(*key), &who)).collect::<Vec<_>>())
            .find(|rows| !rows.is_empty())
            .unwrap_or_default();
        match (found.as_slice(), one.result.verdict) {
            (_, Verdict::Inconclusive | Verdict::Error) => notes.push(super::undecided(one)),
            ([row], _) => sheet.rows[*row].set(column, one.result.points.to_string()),
            ([], _) => notes.push(super::not_listed(one)),
            _ => notes.push(super::listed_twice(one)),
        }
    }
    Ok(Filled { text: sheet.text(), notes })
}

fn is_student(cell: &str, who: &str) -> bool {
    !who.is_empty() && normal(cell) == who
}

/// Canvas names a column `Title (12345)`.
fn assignment_column(sheet: &Sheet, result: &GradeResult) -> Result<usize, ReportError> {
    let names = super::assignment_names(result);
    let found: Vec<usize> = (0..sheet.header.len())
        .filter(|i| {
            let header = sheet.header[*i].trim();
            let title = match header.rsplit_once(" (") {
                Some((title, id)) if id.trim_end_matches(')').bytes().all(|b| b.is_ascii_digit()) => title,
                _ => header,
            };
            names.contains(&normal(title))
        })
        .collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(ReportError::Template(format!(
            "the gradebook has no column for {}; name the assignment there like one of: {}",
            result.assignment,
            names.join(", ")
        ))),
        _ => Err(ReportError::Template(format!("the gradebook has more than one column for {}", result.assignment))),
    }
}
