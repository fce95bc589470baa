//! `moodle`: fills in the grading worksheet that the teacher downloaded from a Moodle assignment. No column is moved,
//! added or dropped.

use super::sheet::{Sheet, normal};
use super::text::clean;
use super::view::{self, Graded};
use super::{Filled, ReportError, svg};
use crate::core::result::Verdict;

/// Fills in the grade (in the worksheet's own scale) and the feedback of each student's row.
pub fn fill(template: &str, graded: &[Graded]) -> Result<Filled, ReportError> {
    let mut sheet = Sheet::parse(template)?;
    let Some(grade) = sheet.column("Grade") else {
        return Err(ReportError::Template(
            "this is no Moodle grading worksheet: it has no column `Grade`; download it with `Download grading worksheet`".into(),
        ));
    };
    let feedback = sheet.column("Feedback comments");
    let maximum = sheet.column("Maximum Grade");
    let open = sheet.column("Grade can be changed");
    let keys: Vec<usize> = ["Identifier", "ID number", "Username", "Email address", "Full name"]
        .iter()
        .filter_map(|name| sheet.column(name))
        .collect();
    let mut notes = Vec::new();
    for one in graded {
        let who = normal(&one.student);
        let found: Vec<usize> = keys
            .iter()
            .map(|key| (0..sheet.rows.len()).filter(|i| is_student(sheet.rows[*i].get(*key), &who)).collect::<Vec<_>>())
            .find(|rows| !rows.is_empty())
            .unwrap_or_default();
        let row = match (found.as_slice(), one.result.verdict) {
            (_, Verdict::Inconclusive | Verdict::Error) => {
                notes.push(super::undecided(one));
                continue;
            }
            ([row], _) => &mut sheet.rows[*row],
            ([], _) => {
                notes.push(super::not_listed(one));
                continue;
            }
            _ => {
                notes.push(super::listed_twice(one));
                continue;
            }
        };
        if open.is_some_and(|c| row.get(c).eq_ignore_ascii_case("no")) {
            notes.push(format!("{}: the worksheet says that the grade cannot be changed.", clean(&one.student)));
            continue;
        }
        // Moodle writes numbers with the comma of its language.
        let comma = maximum.is_some_and(|c| row.get(c).contains(','));
        let top = maximum.and_then(|c| row.get(c).replace(',', ".").parse::<f64>().ok()).filter(|m| *m > 0.0);
        let (points, max) = (f64::from(one.result.points), f64::from(one.result.max_points.max(1)));
        let text = format!("{:.2}", top.map_or(points, |top| points * top / max));
        row.set(grade, if comma { text.replace('.', ",") } else { text });
        if let Some(feedback) = feedback {
            row.set(feedback, comment(one));
        }
    }
    Ok(Filled { text: sheet.text(), notes })
}

/// `Participant 123`, `123`, `ada@example.org`, `ada` and the full name all mean the row.
fn is_student(cell: &str, who: &str) -> bool {
    let cell = normal(cell);
    let short = cell.strip_prefix("participant ").unwrap_or(&cell);
    let name = cell.split_once('@').map_or(cell.as_str(), |(name, _)| name);
    !who.is_empty() && (cell == who || short == who || name == who)
}

/// The feedback, in the HTML that Moodle shows. Without the hidden checks.
fn comment(one: &Graded) -> String {
    let result = view::for_student(&one.result);
    let mut out = format!(
        "<p>{}, {}.</p><ul>",
        view::points_text(result.points, result.max_points),
        view::verdict_text(result.verdict)
    );
    for finding in view::findings_of_submission(&result) {
        out += &format!("<li>{}: {}</li>", finding.kind.name(), svg::escape(&view::short_message(finding)));
    }
    for check in &result.checks {
        out += &format!("<li>{}: {} of {}", svg::escape(&clean(&check.title)), check.points, check.max_points);
        for finding in view::findings_of(&result, check).iter().take(1) {
            let place = view::place_text(finding);
            let at = if place.is_empty() { String::new() } else { format!(" at {place}") };
            out += &svg::escape(&format!(" ({}{at}: {})", finding.kind.name(), view::short_message(finding)));
        }
        out += "</li>";
    }
    out + "</ul>"
}
