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
    let mut table = Table::default();
    for one in graded {
        table.add(&Line::of(one));
    }
    table.finish()
}

/// The table, made line by line.
#[derive(Debug, Default)]
pub struct Table {
    /// The columns of each assignment's checks, in the order of their first appearance.
    columns: BTreeMap<String, BTreeMap<String, usize>>,
    count: usize,
    /// Each line as text, and how many of these columns it has.
    lines: Vec<(String, usize)>,
}

impl Table {
    /// Adds a line.
    pub fn add(&mut self, line: &Line<'_>) {
        let own = self.columns.entry(line.assignment.to_owned()).or_default();
        for (id, _) in &line.checks {
            if !own.contains_key(*id) {
                own.insert((*id).to_owned(), self.count);
                self.count += 1;
            }
        }
        let mut row = vec![
            cell(line.student),
            cell(line.assignment),
            line.points.to_string(),
            line.max.to_string(),
            line.verdict.to_string(),
        ];
        row.resize(5 + self.count, String::new());
        for (id, value) in &line.checks {
            row[5 + own[*id]].clone_from(value);
        }
        self.lines.push((super::sheet::line(&row, b',', ""), self.count));
    }

    /// The whole table, with its head.
    pub fn finish(self) -> String {
        let mut head = ["student", "assignment", "points", "max", "verdict"].map(String::from).to_vec();
        head.resize(5 + self.count, String::new());
        // With several assignments a check's column bears the assignment's name.
        let single = self.columns.len() == 1;
        for (of, own) in &self.columns {
            for (id, place) in own {
                head[5 + place] = cell(&if single { id.clone() } else { format!("{of}/{id}") });
            }
        }
        let mut out = super::sheet::line(&head, b',', "\n");
        for (line, columns) in &self.lines {
            // Columns that came later.
            out += line;
            out.extend(std::iter::repeat_n(',', self.count - columns));
            out.push('\n');
        }
        out
    }
}

/// A text that a spreadsheet does not take for a formula.
fn cell(text: &str) -> String {
    let text = clean(text);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_before_a_new_column_are_as_long_as_the_others() {
        let mut table = Table::default();
        for (student, assignment, ids) in
            [("ada", "01-a", &["x"][..]), ("ada", "02-b", &[]), ("bob", "02-b", &["y", "x"])]
        {
            let checks = ids.iter().map(|id| (*id, "1".to_owned())).collect();
            table.add(&Line { student, assignment, points: 1, max: 2, verdict: "failed", checks });
        }
        assert_eq!(
            table.finish(),
            "student,assignment,points,max,verdict,01-a/x,02-b/y,02-b/x\n\
             ada,01-a,1,2,failed,1,,\n\
             ada,02-b,1,2,failed,,,\n\
             bob,02-b,1,2,failed,,1,1\n"
        );
    }
}
