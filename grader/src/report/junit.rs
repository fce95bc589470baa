//! `junit`: the XML that CI systems show. One suite a submission, one case a check.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::text::{clean, clean_block};
use super::view::{self, Graded};
use crate::core::result::{Finding, GradeResult, Verdict};

/// Renders the students' view of each result.
pub fn render(graded: &[Graded]) -> String {
    let mut report = Report::new("grade");
    for one in graded {
        report.add_test_suite(suite(&one.title(), &view::for_student(&one.result)));
    }
    // Writing to a string fails only if the report holds what XML cannot; quick-junit drops such characters.
    without_skipped_at_the_root(&report.to_string().unwrap_or_default())
}

/// The strict schema of Jenkins's xUnit plugin knows `skipped` on suites, but not on their root element.
fn without_skipped_at_the_root(xml: &str) -> String {
    let Some(start) = xml.find("<testsuites ") else { return xml.to_string() };
    let end = xml[start..].find('>').map_or(xml.len(), |i| start + i);
    let Some(from) = xml[start..end].find(" skipped=\"").map(|i| start + i) else { return xml.to_string() };
    let value = from + " skipped=\"".len();
    let Some(to) = xml[value..end].find('"').map(|i| value + i + 1) else { return xml.to_string() };
    format!("{}{}", &xml[..from], &xml[to..])
}

fn suite(title: &str, result: &GradeResult) -> TestSuite {
    let mut suite = TestSuite::new(clean(title));
    suite.set_time(seconds(result.seconds));
    let whole = view::findings_of_submission(result);
    if !whole.is_empty() {
        suite.add_test_case(case(result, "submission", failure(result, &whole)));
    }
    for check in &result.checks {
        let findings = view::findings_of(result, check);
        let reason = || view::reason(check).unwrap_or_else(|| view::verdict_text(check.verdict).to_string());
        let status = match check.verdict {
            Verdict::Passed => TestCaseStatus::success(),
            Verdict::Failed if findings.is_empty() => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_message(reason());
                status
            }
            Verdict::Failed => failure(result, &findings),
            Verdict::Inconclusive => {
                let mut status = TestCaseStatus::skipped();
                status.set_message(reason());
                status
            }
            Verdict::Error => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
                status.set_type("grader").set_message(reason());
                status
            }
        };
        let mut case = case(result, &check.id, status);
        case.set_time(seconds(check.runs.iter().map(|r| r.seconds).sum()));
        let printed: Vec<&str> = findings.iter().map(|f| f.output.as_str()).filter(|o| !o.is_empty()).collect();
        if !printed.is_empty() {
            case.set_system_out(clean_block(&printed.join("\n")));
        }
        suite.add_test_case(case);
    }
    suite
}

fn case(result: &GradeResult, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(clean(name), status);
    case.set_classname(clean(&result.assignment));
    case
}

fn failure(result: &GradeResult, findings: &[&Finding]) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    let text: Vec<String> = findings
        .iter()
        .map(|f| {
            let bare = Finding { output: String::new(), ..(*f).clone() };
            super::gradescope::story(result, &bare)
        })
        .collect();
    if let Some(first) = findings.first() {
        status.set_type(first.kind.name()).set_message(view::short_message(first));
    }
    status.set_description(text.join("\n\n"));
    status
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or_default()
}
