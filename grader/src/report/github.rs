//! `github`: workflow commands for the log of a GitHub Actions job, and the step's summary.
//!
//! The log is a channel that obeys: a line `::error ...` or `::set-output ...` in it is a command. So what students wrote
//! is escaped where it is part of a command, and stands between `::stop-commands::` tokens where it is shown as it is.

use std::fmt::Write;
use std::path::Path;

use super::text::{clean, clean_block, count};
use super::view::{self, Graded};
use crate::core::result::{Finding, GradeResult, Location, Verdict};

/// GitHub shows at most so many annotations of one level a step.
const MOST_OF_A_LEVEL: usize = 10;
/// GitHub refuses a step's summary that is larger.
pub const LARGEST_SUMMARY: usize = 1024 * 1024;
/// So much of what a program printed is shown in the log.
const LONGEST_OUTPUT: usize = 16 * 1024;

/// What the runner says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Runner {
    /// `$GITHUB_WORKSPACE`: paths in annotations are relative to it.
    pub workspace: Option<String>,
    /// A word that nobody can guess; ends the stretch of the log in which commands are not obeyed.
    pub token: String,
}

/// The workflow commands of all results.
pub fn render(graded: &[Graded], runner: &Runner) -> String {
    let mut errors = Vec::new();
    let mut warnings = Vec::new();
    let mut log = String::new();
    for one in graded {
        let result = view::for_student(&one.result);
        let title = one.title();
        for finding in view::findings(&result) {
            errors.push(annotation("error", &title, &result, finding, runner));
        }
        for finding in &result.warnings {
            warnings.push(annotation("warning", &title, &result, finding, runner));
        }
        for check in result.checks.iter().filter(|c| matches!(c.verdict, Verdict::Inconclusive | Verdict::Error)) {
            let why = view::reason(check).unwrap_or_else(|| view::verdict_text(check.verdict).to_string());
            warnings.push(command("warning", &[("title", &format!("{title}: {}", check.title))], &why));
        }
        log += &story(&title, &result);
    }
    let mut out = String::new();
    limit(&mut out, "error", errors);
    limit(&mut out, "warning", warnings);
    if !log.is_empty() {
        let token = token(&runner.token, &log);
        let _ = write!(out, "::stop-commands::{token}\n{log}::{token}::\n");
    }
    out
}

/// The step's summary, in Markdown, of bounded size.
pub fn summary(graded: &[Graded]) -> String {
    let whole = super::markdown::render(graded);
    if whole.len() <= LARGEST_SUMMARY {
        return whole;
    }
    // Too long: a table of the results, and of their details as many as there is room for.
    let mut out = String::from("# Results\n\n| | Submission | Points |\n| --- | --- | ---: |\n");
    let mut left = 0;
    for one in graded {
        let r = &one.result;
        let row = format!(
            "| {} | {} | {} / {} |\n",
            view::verdict_text(r.verdict),
            super::markdown::escape(&one.title()),
            r.points,
            r.max_points
        );
        if out.len() + row.len() > LARGEST_SUMMARY / 2 {
            left += 1;
        } else {
            out += &row;
        }
    }
    if left > 0 {
        let _ = writeln!(out, "\nAnd {}.", count(left, "more submission"));
    }
    let mut left = 0;
    for one in graded {
        let part = super::markdown::render(std::slice::from_ref(one));
        if out.len() + part.len() > LARGEST_SUMMARY - 200 {
            left += 1;
        } else {
            let _ = write!(out, "\n{part}");
        }
    }
    if left > 0 {
        let _ =
            writeln!(out, "\n{} left out: the summary may not be longer. See the HTML report.", count(left, "result"));
    }
    out
}

fn annotation(level: &str, title: &str, result: &GradeResult, finding: &Finding, runner: &Runner) -> String {
    let check = finding.check.as_ref().and_then(|id| result.checks.iter().find(|c| c.id == *id));
    let what = match check {
        Some(check) => format!("{title}: {} ({})", check.title, finding.kind.name()),
        None => format!("{title}: {}", finding.kind.name()),
    };
    let mut properties: Vec<(&str, String)> = Vec::new();
    // The checks are not in the student's repository: then the last step in the student's own lines is the place to look.
    let own = |file: &str| !file.starts_with("checks/");
    let events = finding.interleaving.iter().flat_map(|i| i.events.iter().rev());
    let step = events.filter_map(|event| event.place.as_ref()).find(|place| own(&place.file)).map(Location::from);
    if let Some(place) = finding.location.clone().filter(|location| own(&location.file)).or(step) {
        properties.push(("file", path(&result.submission, &place.file, runner)));
        properties.push(("line", place.line.to_string()));
        properties.extend(place.column.map(|c| ("col", c.to_string())));
    }
    properties.push(("title", clean(&what)));
    let borrowed: Vec<(&str, &str)> = properties.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let message = if view::has_story(finding) {
        let said = super::picture::diagnosis(&finding.failure(), &view::sources(result));
        let message = clean_block(finding.message.trim());
        if said == message { message } else { format!("{message}\n{said}") }
    } else {
        clean_block(finding.message.trim())
    };
    command(level, &borrowed, &message)
}

/// The file as the repository names it.
fn path(submission: &str, file: &str, runner: &Runner) -> String {
    let inside = runner.workspace.as_deref().and_then(|w| Path::new(submission).strip_prefix(w).ok()?.to_str());
    let folder = inside.unwrap_or_else(|| submission.trim_start_matches("./")).replace('\\', "/");
    let folder = folder.trim_end_matches('/');
    let joined = if folder.is_empty() || folder == "." { file.to_string() } else { format!("{folder}/{file}") };
    clean(&joined)
}

fn command(name: &str, properties: &[(&str, &str)], message: &str) -> String {
    let list: Vec<String> = properties.iter().map(|(key, value)| format!("{key}={}", property(value))).collect();
    let space = if list.is_empty() { "" } else { " " };
    format!("::{name}{space}{}::{}\n", list.join(","), data(message))
}

/// Escapes a command's message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Writes at most ten; if there are more, nine and one that sums up the rest.
fn limit(out: &mut String, level: &str, mut commands: Vec<String>) {
    if commands.len() > MOST_OF_A_LEVEL {
        let rest = commands.split_off(MOST_OF_A_LEVEL - 1).len() as u64;
        let what = if level == "error" { "finding" } else { "warning" };
        commands.push(command(
            level,
            &[("title", "grade")],
            &format!("And {}. The summary lists them.", count(rest, &format!("more {what}"))),
        ));
    }
    out.extend(commands);
}

/// The findings in full, for the log.
fn story(title: &str, result: &GradeResult) -> String {
    let mut out = String::new();
    for finding in view::findings(result) {
        let mut shown = finding.clone();
        if shown.output.len() > LONGEST_OUTPUT {
            let end = (0..=LONGEST_OUTPUT).rev().find(|i| shown.output.is_char_boundary(*i)).unwrap_or(0);
            shown.output.truncate(end);
            shown.output += "\n(and more)";
        }
        let _ = write!(out, "{}\n{}\n\n", clean(title), super::gradescope::story(result, &shown));
    }
    out
}

/// The runner's token, made such that the text does not hold it.
fn token(wanted: &str, text: &str) -> String {
    let mut token: String = wanted.chars().filter(char::is_ascii_alphanumeric).collect();
    if token.is_empty() {
        token.push_str("grade");
    }
    while text.contains(&token) {
        token.push('x');
    }
    token
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_escaped_as_the_runner_reads_them() {
        let text = command("error", &[("file", "a,b:c%\n.rs"), ("line", "3")], "50 %\r\n::error::x, y: z");
        assert_eq!(text, "::error file=a%2Cb%3Ac%25%0A.rs,line=3::50 %25%0D%0A::error::x, y: z\n");
        assert_eq!(text.lines().count(), 1);
    }

    #[test]
    fn at_most_ten_of_a_level() {
        let mut out = String::new();
        limit(&mut out, "error", (0..10).map(|i| format!("::error::{i}\n")).collect());
        assert_eq!(out.lines().count(), 10);
        out.clear();
        limit(&mut out, "error", (0..25).map(|i| format!("::error::{i}\n")).collect());
        assert_eq!(out.lines().count(), 10);
        assert_eq!(out.lines().last(), Some("::error title=grade::And 16 more findings. The summary lists them."));
    }

    #[test]
    fn the_token_is_not_in_the_text() {
        assert_eq!(token("abc", "none"), "abc");
        assert_eq!(token("abc", "::abc::\n::abcx::"), "abcxx");
        assert_eq!(token("a\n::b", "x"), "ab");
    }

    #[test]
    fn paths_are_relative_to_the_repository() {
        let runner = Runner { workspace: Some("/home/runner/work/r".into()), token: "t".into() };
        assert_eq!(path("/home/runner/work/r/hw/one", "src/lib.rs", &runner), "hw/one/src/lib.rs");
        assert_eq!(path("/home/runner/work/r", "src/lib.rs", &runner), "src/lib.rs");
        assert_eq!(path(".", "src/lib.rs", &runner), "src/lib.rs");
        assert_eq!(path("./hw/", "src/lib.rs", &runner), "hw/src/lib.rs");
    }
}
