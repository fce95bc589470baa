//! `markdown`: for a README, an issue, a comment on a pull request.
//!
//! Student text is escaped so that it is shown as it is: no markup, no HTML, no mentions, no links.

use std::fmt::Write;

use super::text::{clean, clean_block};
use super::view::{self, Graded};
use crate::core::result::{Finding, GradeResult, Verdict};

/// Renders the students' view of each result.
pub fn render(graded: &[Graded]) -> String {
    let mut out = String::new();
    for (i, one) in graded.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        one_result(&mut out, &one.title(), &view::for_student(&one.result));
    }
    out
}

fn one_result(out: &mut String, title: &str, result: &GradeResult) {
    let _ = writeln!(out, "# {}\n", escape(title));
    let _ = writeln!(
        out,
        "{} **{}**, {}. Seed {}.\n",
        sign(result.verdict),
        view::points_text(result.points, result.max_points),
        view::verdict_text(result.verdict),
        result.seed
    );
    for finding in view::findings_of_submission(result) {
        one_finding(out, result, finding);
    }
    if !result.checks.is_empty() {
        out.push_str("| | Check | Points |\n| --- | --- | ---: |\n");
        for check in &result.checks {
            let _ = writeln!(
                out,
                "| {} {} | {} | {} / {} |",
                sign(check.verdict),
                view::verdict_text(check.verdict),
                escape(&check.title),
                check.points,
                check.max_points
            );
        }
        out.push('\n');
    }
    if let Some(note) = view::unlisted_note(result) {
        let _ = writeln!(out, "{note}\n");
    }
    for check in result.checks.iter().filter(|c| c.verdict != Verdict::Passed) {
        let _ = writeln!(out, "## {} {}\n", sign(check.verdict), escape(&check.title));
        if let Some(reason) = view::reason(check) {
            let _ = writeln!(out, "{}\n", escape(&reason));
        }
        for finding in view::findings_of(result, check) {
            one_finding(out, result, finding);
        }
        if let Some(hint) = &check.hint {
            let _ = writeln!(out, "> {}\n", escape(hint));
        }
    }
    if !result.warnings.is_empty() {
        out.push_str("## Warnings\n\n");
        for warning in &result.warnings {
            one_finding(out, result, warning);
        }
    }
    for note in &result.notes {
        let _ = writeln!(out, "- {}", escape(note));
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
}

fn one_finding(out: &mut String, result: &GradeResult, finding: &Finding) {
    let place = view::place_text(finding);
    let at = if place.is_empty() { String::new() } else { format!(" at {}", code(&place)) };
    let _ = writeln!(out, "**{}**{at}: {}\n", finding.kind.name(), escape(&finding.message));
    if let Some(detail) = &finding.detail {
        fence(out, &clean_block(detail));
    }
    if let Some(picture) = view::picture_text(result, finding) {
        fence(out, &picture);
    }
    if !finding.output.is_empty() {
        out.push_str("The program printed:\n\n");
        fence(out, &clean_block(&finding.output));
    }
    if let Some(command) = view::replay_command(result, finding) {
        let _ = writeln!(out, "See it again: {}\n", code(&command));
    }
}

fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "✅",
        Verdict::Failed => "❌",
        Verdict::Inconclusive => "❔",
        Verdict::Error => "⚠️",
    }
}

/// Text that is shown as it is.
pub fn escape(text: &str) -> String {
    let text = clean(text);
    let mut out = String::with_capacity(text.len() + 8);
    for (i, c) in text.char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // No mention of anybody, no link.
            '@' => out.push_str("&#64;"),
            ':' if text[i..].starts_with("://") => out.push_str("&#58;"),
            '.' if text[..i].to_ascii_lowercase().ends_with("www") => out.push_str("&#46;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '|' | '~' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '+' | '-' | '=' if i == 0 => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// A code span that holds any text.
fn code(text: &str) -> String {
    let ticks = "`".repeat(longest_run(text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// A code block that its text cannot end.
fn fence(out: &mut String, text: &str) {
    let ticks = "`".repeat(longest_run(text).max(2) + 1);
    let _ = writeln!(out, "{ticks}text\n{}\n{ticks}\n", text.trim_end());
}

fn longest_run(text: &str) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}
