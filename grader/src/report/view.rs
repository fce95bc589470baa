//! What all formats share: what a student may see, and the common phrases.

use std::collections::BTreeMap;

use protocol::Failure;

use super::picture::{self, Options, Sources};
use super::text::{clean, count, thousands};
use crate::core::result::{CheckResult, Finding, GradeResult, RunResult, Verdict};

/// One graded submission and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Graded {
    /// As the class list names the student; empty for a single grading.
    pub student: String,
    /// What was found.
    pub result: GradeResult,
}

impl Graded {
    /// `ada: 01-bank-race`, or the assignment alone.
    pub fn title(&self) -> String {
        let assignment = clean(&self.result.assignment);
        if self.student.is_empty() { assignment } else { format!("{}: {assignment}", clean(&self.student)) }
    }
}

/// The result without its hidden checks: nothing of theirs is left, neither names nor findings nor lines of source.
/// The points stay those of the whole.
pub fn for_student(result: &GradeResult) -> GradeResult {
    let mut out = result.clone();
    out.checks.retain(|c| !c.hidden);
    let shown = |f: &Finding| f.check.as_ref().is_none_or(|id| out.checks.iter().any(|c| c.id == *id));
    out.findings.retain(shown);
    out.warnings.retain(shown);
    if out.checks.len() != result.checks.len() {
        let hidden: Vec<&CheckResult> = result.checks.iter().filter(|c| c.hidden).collect();
        out.notes.retain(|note| !hidden.iter().any(|c| note.contains(&c.id) || note.contains(&c.title)));
        let all = Sources::from(result.sources.clone());
        let mut kept = Sources::new();
        let own = out.checks.iter().flat_map(|c| &c.findings);
        for finding in out.findings.iter().chain(&out.warnings).chain(own) {
            kept.extend(all.excerpt(&finding.failure()));
        }
        out.sources = kept.into();
    }
    out
}

/// Points of checks that the result does not list, with what could be had: `(earned, max)`.
pub fn unlisted(result: &GradeResult) -> Option<(u32, u32)> {
    let (points, max) = crate::core::score::points(&result.checks);
    let rest = (result.points.saturating_sub(points), result.max_points.saturating_sub(max));
    (rest.1 > 0 && !result.checks.is_empty()).then_some(rest)
}

/// Says so, if some of the points are those of checks that are not listed.
pub fn unlisted_note(result: &GradeResult) -> Option<String> {
    unlisted(result).map(|(points, max)| format!("Checks that are not shown here: {points} of {max} points."))
}

/// The findings to show: those of the checks in their order, then those of the submission as a whole.
pub fn findings(result: &GradeResult) -> Vec<&Finding> {
    let mut out: Vec<&Finding> = Vec::new();
    let own = result.checks.iter().flat_map(|c| &c.findings);
    for finding in result.findings.iter().filter(|f| f.check.is_none()).chain(own).chain(&result.findings) {
        if !out.contains(&finding) {
            out.push(finding);
        }
    }
    out
}

/// The findings of one check.
pub fn findings_of<'a>(result: &'a GradeResult, check: &'a CheckResult) -> Vec<&'a Finding> {
    findings(result).into_iter().filter(|f| f.check.as_deref() == Some(check.id.as_str())).collect()
}

/// The findings about the submission as a whole.
pub fn findings_of_submission(result: &GradeResult) -> Vec<&Finding> {
    result.findings.iter().filter(|f| f.check.is_none()).collect()
}

/// `passed`, in words that do not blame anybody for what could not be decided.
pub fn verdict_text(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "passed",
        Verdict::Failed => "failed",
        Verdict::Inconclusive => "could not be decided",
        Verdict::Error => "error of the grader",
    }
}

/// `src/lib.rs:18`; empty if there is no place.
pub fn place_text(finding: &Finding) -> String {
    finding.location.as_ref().map(|l| format!("{}:{}", clean(&l.file), l.line)).unwrap_or_default()
}

/// `bounded: 1,204 executions, complete up to 3 preemptions`.
pub fn run_text(run: &RunResult) -> String {
    let mut text = format!("{}: {}", run.engine.name(), count(run.executions, "execution"));
    match (run.complete, run.preemption_bound) {
        (true, Some(bound)) => text += &format!(", complete up to {}", count(bound.into(), "preemption")),
        (true, None) => text += ", complete",
        (false, Some(bound)) => text += &format!(", searched up to {}", count(bound.into(), "preemption")),
        (false, None) => {}
    }
    if run.verdict != Verdict::Passed {
        text += &format!(", {}", verdict_text(run.verdict));
    }
    text
}

/// The command that shows the finding again.
pub fn replay_command(result: &GradeResult, finding: &Finding) -> Option<String> {
    let token = finding.replay.as_ref()?;
    let folder = shell_word(&clean(&result.submission));
    Some(format!("grade replay {} --submission {folder}", shell_word(&clean(token))))
}

/// A word as a POSIX shell reads it.
fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=+:@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_string()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// The sources that the result carries.
pub fn sources(result: &GradeResult) -> Sources {
    Sources::from(result.sources.clone())
}

/// The picture and the diagnosis as plain text, if the finding has an interleaving or facts to tell.
pub fn picture_text(result: &GradeResult, finding: &Finding) -> Option<String> {
    has_story(finding).then(|| picture::render(&finding.failure(), &sources(result), &Options::default()))
}

/// True if there is more to tell than the message.
pub fn has_story(finding: &Finding) -> bool {
    finding.interleaving.as_ref().is_some_and(|i| !i.events.is_empty())
        || !finding.waits.is_empty()
        || finding.rate.is_some()
}

/// The first line of the message; what a heading can take.
pub fn short_message(finding: &Finding) -> String {
    clean(finding.message.lines().next().unwrap_or("").trim())
}

/// The reason why a check is not decided, if there is one.
pub fn reason(check: &CheckResult) -> Option<String> {
    let of_run = || check.runs.iter().find_map(|r| r.reason.as_deref());
    check.reason.as_deref().or_else(of_run).map(clean)
}

/// `60 of 100 points`.
pub fn points_text(points: u32, max: u32) -> String {
    format!("{} of {} points", thousands(points.into()), thousands(max.into()))
}

/// The lines of source that a failure needs, as the result keeps them.
pub fn excerpt(sources: &Sources, failures: &[Failure]) -> BTreeMap<String, BTreeMap<u32, String>> {
    let mut out = Sources::new();
    for failure in failures {
        out.extend(sources.excerpt(failure));
    }
    out.into()
}
