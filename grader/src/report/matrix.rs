//! What `grade verify` found: wrong submissions against checks and engines.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use protocol::Engine;

use super::text::clean;
use crate::core::result::{CheckResult, GradeResult, Verdict};
use crate::core::verify::{CaseReport, Role, VerifyReport};

/// One sentence on all orders of steps that were run again.
pub fn replays(reports: &[VerifyReport]) -> String {
    let all: Vec<_> = reports.iter().flat_map(|report| &report.cases).flat_map(|case| &case.replays).collect();
    let exact = all.iter().filter(|replay| replay.exact).count();
    let spread = |mut counts: Vec<u32>| {
        counts.sort_unstable();
        let median = counts.get(counts.len() / 2).copied().unwrap_or(0);
        format!("median {median}, most {}", counts.last().copied().unwrap_or(0))
    };
    let found = spread(all.iter().map(|replay| replay.found).collect());
    let shown = spread(all.iter().map(|replay| replay.shown).collect());
    format!(
        "{exact} of {} failing orders ran again from their tokens, event by event. Switches between threads as found: {found}; as shown: {shown}.\n",
        all.len()
    )
}

/// All that is not as it must be, in one place: the report on a whole course is long.
pub fn summary(reports: &[VerifyReport], colour: bool) -> String {
    let mut text = String::new();
    let mut bad = 0;
    for report in reports {
        for case in report.cases.iter().filter(|case| !case.problems.is_empty()) {
            bad += 1;
            let _ = writeln!(text, "  {} {} {}", report.assignment, role(case.role), clean(&case.name));
            for problem in &case.problems {
                let _ = writeln!(text, "      {}", clean(problem));
            }
        }
        for problem in &report.problems {
            bad += 1;
            let _ = writeln!(text, "  {} {}", report.assignment, clean(problem));
        }
    }
    let submissions: usize = reports.iter().map(|report| report.cases.len()).sum();
    let (style, verdict) = if bad == 0 {
        (AnsiColor::Green.on_default().bold(), format!("ok: {submissions} submissions as they must be"))
    } else {
        (
            AnsiColor::Red.on_default().bold(),
            format!("NOT OK: {bad} things among {submissions} submissions and their checks"),
        )
    };
    if colour { format!("{style}{verdict}{style:#}\n{text}") } else { format!("{verdict}\n{text}") }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Solution => "solution",
        Role::Starter => "starter",
        Role::Wrong => "wrong",
    }
}

/// The report for people.
pub fn render(report: &VerifyReport, colour: bool, verbose: bool) -> String {
    let paint = |style: Style, text: &str| if colour { format!("{style}{text}{style:#}") } else { text.to_owned() };
    let mut text = String::new();
    let _ = writeln!(text, "{}  {}", report.assignment, clean(&report.title));
    for (number, id) in report.checks.iter().enumerate() {
        let _ = writeln!(text, "  check {:>2}: {id}", number + 1);
    }
    let _ = writeln!(
        text,
        "  found by: b bounded, l loom, r random, s stress, p process; . passed, ? open, [ ] the check that must fail\n"
    );
    let names = report.cases.iter().map(|case| case.name.len()).max().unwrap_or(0).max(8);
    let _ = write!(text, "  {:<8} {:<names$} {:>7} ", "", "", "points");
    for number in 1..=report.checks.len() {
        let _ = write!(text, "{number:^8}");
    }
    text.push('\n');
    for case in &report.cases {
        let role = role(case.role);
        let Some(result) = case.results.first() else { continue };
        let points = format!("{}/{}", result.points, result.max_points);
        let _ = write!(text, "  {role:<8} {:<names$} {points:>7} ", clean(&case.name));
        for id in &report.checks {
            // A quick round runs one check of a wrong submission.
            let mut cell = result.checks.iter().find(|check| check.id == *id).map_or_else(String::new, cell);
            if case.check.as_deref() == Some(id) {
                cell = format!("[{cell}]");
            }
            let _ = write!(text, "{cell:^8}");
        }
        let (style, word) = if case.problems.is_empty() {
            (AnsiColor::Green.on_default(), "ok")
        } else {
            (AnsiColor::Red.on_default().bold(), "NOT OK")
        };
        let _ = writeln!(text, " {}", paint(style, word));
        for problem in &case.problems {
            let _ = writeln!(text, "      {}", clean(problem));
        }
        if verbose || case.role == Role::Wrong {
            needed(&mut text, case, result, verbose);
        }
    }
    for problem in &report.problems {
        let _ = writeln!(text, "  {} {}", paint(AnsiColor::Red.on_default().bold(), "NOT OK"), clean(problem));
    }
    for remark in &report.remarks {
        let _ = writeln!(text, "  note: {}", clean(remark));
    }
    let seeds = report.cases.iter().map(|case| case.results.len()).max().unwrap_or(0);
    let seconds: f64 = report.cases.iter().flat_map(|case| &case.results).map(|result| result.seconds).sum();
    let good = report.cases.iter().filter(|case| case.problems.is_empty()).count();
    let verdict = if report.ok() {
        paint(AnsiColor::Green.on_default().bold(), "ok")
    } else {
        paint(AnsiColor::Red.on_default().bold(), "NOT OK")
    };
    let _ = writeln!(
        text,
        "  {verdict}: {good} of {} submissions as they must be, {seeds} seed{}, {seconds:.0} s of grading\n",
        report.cases.len(),
        if seeds == 1 { "" } else { "s" }
    );
    text
}

fn letter(engine: Engine) -> char {
    engine.name().chars().next().unwrap_or('?')
}

fn cell(check: &CheckResult) -> String {
    let found: String =
        check.runs.iter().filter(|run| run.verdict == Verdict::Failed).map(|run| letter(run.engine)).collect();
    match check.verdict {
        _ if !found.is_empty() => found,
        Verdict::Passed => ".".into(),
        Verdict::Failed => "x".into(),
        Verdict::Inconclusive => "?".into(),
        Verdict::Error => "!".into(),
    }
}

/// What each engine needed for the check that must fail.
fn needed(text: &mut String, case: &CaseReport, result: &GradeResult, verbose: bool) {
    for check in &result.checks {
        let wanted = case.check.as_deref() == Some(check.id.as_str());
        if !(wanted || verbose && case.role != Role::Wrong) {
            continue;
        }
        let runs: Vec<String> = check
            .runs
            .iter()
            .map(|run| {
                let how = match run.verdict {
                    Verdict::Failed => "found after",
                    Verdict::Passed => "nothing in",
                    _ => "open after",
                };
                format!("{} {how} {} executions, {:.2} s", run.engine.name(), run.executions, run.seconds)
            })
            .collect();
        let kind = check.findings.first().map(|finding| finding.kind.name()).unwrap_or("nothing");
        let _ = writeln!(text, "      {} ({kind}): {}", check.id, runs.join("; "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(problems: &[&str]) -> VerifyReport {
        let case = CaseReport {
            role: Role::Wrong,
            name: "forgets-to-unlock".into(),
            summary: None,
            check: None,
            problems: problems.iter().map(|p| p.to_string()).collect(),
            results: Vec::new(),
            replays: Vec::new(),
        };
        VerifyReport {
            assignment: "08-try-lock".into(),
            title: String::new(),
            checks: Vec::new(),
            cases: vec![case],
            problems: Vec::new(),
            remarks: Vec::new(),
        }
    }

    #[test]
    fn the_summary_names_what_is_not_as_declared() {
        let mut needless = report(&[]);
        needless.problems.push("no wrong submission needs the check `waits`".into());
        let text = summary(&[report(&["full marks with seed 3"]), needless], false);
        assert_eq!(
            text,
            "NOT OK: 2 things among 2 submissions and their checks\n\
             \x20 08-try-lock wrong forgets-to-unlock\n\
             \x20     full marks with seed 3\n\
             \x20 08-try-lock no wrong submission needs the check `waits`\n"
        );
        assert_eq!(summary(&[report(&[])], false), "ok: 1 submissions as they must be\n");
    }
}
