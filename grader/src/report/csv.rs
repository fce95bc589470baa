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

impl<'a> Line<'a> {
    fn of(one: &'a Graded) -> Line<'a> {
        Line {
            student: if one.student.is_empty() { &one.result.submission } else { &one.student },
            assignment: &one.result.assignment,
            points: one.result.points,
            max: one.result.max_points,
            verdict: one.result.verdict.name(),
            checks: one.result.checks.iter().map(|c| (c.id.as_str(), value(c.verdict, c.points))).collect(),
        }
    }
}

/// Renders all results, one row each.
pub fn render(graded: &[Graded]) -> String {
    let mut columns = Columns::default();
    for one in graded {
        columns.add(&Line::of(one));
    }
    columns.head() + &graded.iter().map(|one| columns.line(&Line::of(one))).collect::<String>()
}

/// The columns of the checks, in the order of their first appearance. They must be known before the first line is made.
#[derive(Debug, Default)]
pub struct Columns {
    /// Each assignment's checks and their places.
    places: BTreeMap<String, BTreeMap<String, usize>>,
    count: usize,
}

impl Columns {
    /// Makes room for what this line shows.
    pub fn add(&mut self, line: &Line<'_>) {
        let own = self.places.entry(line.assignment.to_owned()).or_default();
        for (id, _) in &line.checks {
            if !own.contains_key(*id) {
                own.insert((*id).to_owned(), self.count);
                self.count += 1;
            }
        }
    }

    /// The table's first line.
    pub fn head(&self) -> String {
        let mut names = vec![String::new(); self.count];
        // With several assignments a check's column bears the assignment's name.
        let single = self.places.len() == 1;
        for (of, own) in &self.places {
            for (id, place) in own {
                names[*place] = cell(&if single { id.clone() } else { format!("{of}/{id}") });
            }
        }
        let first = ["student", "assignment", "points", "max", "verdict"].map(String::from);
        super::sheet::line(&[&first, names.as_slice()].concat(), b',', "\n")
    }

    /// A line that was added before.
    pub fn line(&self, line: &Line<'_>) -> String {
        let mut row = vec![
            cell(line.student),
            cell(line.assignment),
            line.points.to_string(),
            line.max.to_string(),
            line.verdict.to_string(),
        ];
        row.resize(5 + self.count, String::new());
        for (id, value) in &line.checks {
            row[5 + self.places[line.assignment][*id]].clone_from(value);
        }
        super::sheet::line(&row, b',', "\n")
    }
}

/// A text that a spreadsheet does not take for a formula.
fn cell(text: &str) -> String {
    let text = clean(text);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}
