//! `gradescope`: `results.json` as Gradescope's autograder reads it.
//!
//! Hidden checks are not listed; their points are in the total `score`, which Gradescope takes as it is.

use serde::Serialize;

use super::text::clean_block;
use super::view::{self, Graded};
use crate::core::result::{Finding, GradeResult, Verdict};

#[derive(Serialize)]
struct Results {
    score: f64,
    execution_time: f64,
    output: String,
    output_format: &'static str,
    test_output_format: &'static str,
    test_name_format: &'static str,
    visibility: &'static str,
    stdout_visibility: &'static str,
    tests: Vec<Test>,
}

#[derive(Serialize)]
struct Test {
    score: f64,
    max_score: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    name: String,
    number: String,
    output: String,
    tags: Vec<String>,
    visibility: &'static str,
}

/// Renders one result: Gradescope runs the grader once for each submission.
pub fn render(graded: &Graded) -> String {
    let result = view::for_student(&graded.result);
    let tests = result.checks.iter().enumerate().map(|(i, check)| {
        let findings = view::findings_of(&result, check);
        let mut output: Vec<String> = view::reason(check).into_iter().collect();
        output.extend(findings.iter().map(|f| story(&result, f)));
        if check.verdict != Verdict::Passed {
            output.extend(check.hint.as_deref().map(|hint| format!("Hint: {}", clean_block(hint))));
        }
        let mut tags: Vec<String> = findings.iter().map(|f| f.kind.name().to_string()).collect();
        tags.dedup();
        Test {
            score: check.points.into(),
            max_score: check.max_points.into(),
            // What could not be decided is neither: Gradescope then goes by the score alone.
            status: match check.verdict {
                Verdict::Passed => Some("passed"),
                Verdict::Failed => Some("failed"),
                Verdict::Inconclusive | Verdict::Error => None,
            },
            name: clean_block(&check.title),
            number: (i + 1).to_string(),
            output: output.join("\n\n"),
            tags,
            visibility: "visible",
        }
    });
    let mut output = vec![format!(
        "{}: {}, {}. Seed {}.",
        clean_block(&result.assignment),
        view::points_text(result.points, result.max_points),
        view::verdict_text(result.verdict),
        result.seed
    )];
    output.extend(view::unlisted_note(&result));
    output.extend(view::findings_of_submission(&result).iter().map(|f| story(&result, f)));
    output.extend(result.notes.iter().map(|n| clean_block(n)));
    let results = Results {
        score: result.points.into(),
        execution_time: result.seconds.round(),
        output: output.join("\n\n"),
        output_format: "text",
        test_output_format: "text",
        test_name_format: "text",
        visibility: "visible",
        stdout_visibility: "hidden",
        tests: tests.collect(),
    };
    super::pretty_json(&results)
}

/// A finding in plain text.
pub(super) fn story(result: &GradeResult, finding: &Finding) -> String {
    let place = view::place_text(finding);
    let at = if place.is_empty() { String::new() } else { format!(" ({place})") };
    let mut parts = vec![format!("{}{at}: {}", finding.kind.name(), clean_block(&finding.message))];
    parts.extend(finding.detail.as_deref().map(clean_block));
    parts.extend(view::picture_text(result, finding).map(|p| p.trim_end().to_string()));
    if !finding.output.is_empty() {
        parts.push(format!("The program printed:\n{}", clean_block(&finding.output)));
    }
    parts.extend(view::replay_command(result, finding).map(|c| format!("See it again: {c}")));
    parts.join("\n\n")
}
