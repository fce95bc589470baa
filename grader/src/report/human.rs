//! The result for people, in a terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use protocol::Kind;

use super::picture::{self, Sources};
use super::text::{clean, clean_block, wrap};
use crate::core::result::{CheckResult, Finding, GradeResult, RunResult, Verdict};

/// How to write.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// With colours.
    pub colour: bool,
    /// Columns.
    pub width: usize,
    /// Every run, every picture, every note.
    pub verbose: bool,
}

/// Without `-v`, only so many pictures are drawn: the first bug is the one to mend.
const PICTURES: usize = 2;

/// Lines of source: file -> number -> text.
pub type Lines = BTreeMap<String, BTreeMap<u32, String>>;

struct Page<'a> {
    text: String,
    options: &'a Options,
    sources: Sources,
    lines: &'a Lines,
    pictures: usize,
}

/// The whole result.
pub fn render(result: &GradeResult, options: &Options) -> String {
    let mut page = Page::new(options, &result.sources);
    page.head(result);
    for finding in result.findings.iter().filter(|finding| finding.check.is_none()) {
        page.finding(finding);
        page.text.push('\n');
    }
    let refused = result.findings.iter().any(|finding| finding.check.is_none());
    for check in &result.checks {
        page.check(check, result, refused);
    }
    page.warnings(result);
    page.foot(result);
    page.text
}

/// One finding by itself.
pub fn finding(finding: &Finding, lines: &Lines, options: &Options) -> String {
    let mut page = Page::new(options, lines);
    page.finding(finding);
    page.text
}

fn good() -> Style {
    AnsiColor::Green.on_default().bold()
}

fn bad() -> Style {
    AnsiColor::Red.on_default().bold()
}

fn unsure() -> Style {
    AnsiColor::Yellow.on_default().bold()
}

fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Passed => good(),
        Verdict::Failed => bad(),
        Verdict::Inconclusive | Verdict::Error => unsure(),
    }
}

/// The word before a check.
fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "passed",
        Verdict::Failed => "FAILED",
        Verdict::Inconclusive => "open",
        Verdict::Error => "error",
    }
}

/// A kind of finding as a lecture would say it.
pub fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Build => "does not compile",
        Kind::Interface => "interface",
        Kind::Forbidden => "not allowed",
        Kind::Assertion => "wrong result",
        Kind::Panic => "panic",
        Kind::Deadlock => "deadlock",
        Kind::LostWakeup => "lost wake-up",
        Kind::Livelock => "livelock",
        Kind::DataRace => "data race",
        Kind::ThreadLeak => "thread left behind",
        Kind::Timeout => "does not end",
        Kind::Memory => "too much memory",
        Kind::Crash => "crash",
        Kind::Output => "too much output",
        Kind::BusyPoll => "polled without being woken",
        Kind::LockOrder => "locks taken in both orders",
    }
}

/// The same lines as the pictures want them.
fn sources(lines: &Lines) -> Sources {
    serde_json::to_value(lines).and_then(serde_json::from_value).unwrap_or_default()
}

impl<'a> Page<'a> {
    fn new(options: &'a Options, lines: &'a Lines) -> Page<'a> {
        Page { text: String::new(), options, sources: sources(lines), lines, pictures: 0 }
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.options.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn paragraph(&mut self, indent: usize, text: &str) {
        let pad = " ".repeat(indent);
        for line in text.lines() {
            for line in wrap(&clean(line.trim_end()), self.options.width.saturating_sub(indent).max(30)) {
                let _ = writeln!(self.text, "{pad}{line}");
            }
        }
    }

    fn head(&mut self, result: &GradeResult) {
        let title = format!("{}  {}", result.assignment, clean(&result.title));
        let title = self.paint(Style::new().bold(), &title);
        let what = if result.starter { "the starter, " } else { "" };
        let _ = writeln!(self.text, "{title}\nGraded: {what}{}\n", clean(&result.submission));
    }

    fn check(&mut self, check: &CheckResult, result: &GradeResult, refused: bool) {
        let label =
            self.paint(style(check.verdict), &format!("{:<6}", if refused { "--" } else { word(check.verdict) }));
        let points = format!("{:>3}/{:<3}", check.points, check.max_points);
        let _ = writeln!(self.text, "{label} {points} {}", clean(&check.title));
        if self.options.verbose {
            for run in &check.runs {
                self.run(run);
            }
        }
        if refused {
            return;
        }
        if let Some(reason) = &check.reason {
            self.paragraph(15, reason);
        }
        for finding in &check.findings {
            self.text.push('\n');
            self.finding(finding);
            if let Some(hint) = &check.hint {
                self.text.push('\n');
                self.paragraph(2, &format!("Think about it: {hint}"));
            }
            self.again(finding, result);
            self.text.push('\n');
        }
    }

    fn run(&mut self, run: &RunResult) {
        let bound = match (run.complete, run.preemption_bound) {
            (true, Some(bound)) => format!(" (every order with up to {bound} preemptions)"),
            (true, None) => " (every order)".to_owned(),
            (false, _) => String::new(),
        };
        let _ = writeln!(
            self.text,
            "               {:<8} {:<12} {} executions{bound}, {:.2} s",
            run.engine.name(),
            run.verdict.name(),
            run.executions,
            run.seconds
        );
        if let Some(reason) = &run.reason {
            self.paragraph(24, reason);
        }
    }

    fn finding(&mut self, finding: &Finding) {
        let kind = self.paint(bad(), kind_words(finding.kind));
        let place = match &finding.location {
            Some(location) => format!(" in {}, line {}", clean(&location.file), location.line),
            None => String::new(),
        };
        let engine = finding.engine.map(|engine| format!(" (found by {})", engine.name())).unwrap_or_default();
        let _ = writeln!(self.text, "  {kind}{place}{engine}");
        self.paragraph(2, &finding.message);
        if let Some(rate) = finding.rate {
            self.paragraph(2, &format!("Seen in {} of {} runs with real threads.", rate.failed, rate.runs));
        }
        let drawn = finding.interleaving.is_some() && (self.options.verbose || self.pictures < PICTURES);
        if drawn || !finding.waits.is_empty() {
            self.pictures += 1;
            self.text.push('\n');
            let max_rows = if self.options.verbose { 400 } else { 60 };
            let options = picture::Options { width: self.options.width, color: self.options.colour, max_rows };
            self.text.push_str(&picture::render(&finding.failure(), &self.sources, &options));
        } else if let Some(detail) = &finding.detail {
            self.text.push('\n');
            for line in clean_block(detail).lines() {
                let _ = writeln!(self.text, "  {line}");
            }
        } else if let Some(location) = &finding.location {
            self.source(&location.file, location.line);
        }
        if !finding.output.is_empty() {
            let _ = writeln!(self.text, "\n  The last that was printed:");
            for line in clean_block(&finding.output).lines() {
                let _ = writeln!(self.text, "  | {line}");
            }
        }
    }

    /// The line itself, with one above and one below.
    fn source(&mut self, file: &str, line: u32) {
        let Some(lines) = self.lines.get(file) else { return };
        self.text.push('\n');
        for (number, text) in lines.range(line.saturating_sub(1)..=line + 1) {
            let mark = if *number == line { '>' } else { ' ' };
            let _ = writeln!(self.text, "  {mark}{number:>4} | {}", clean(text));
        }
    }

    fn again(&mut self, finding: &Finding, result: &GradeResult) {
        let Some(token) = &finding.replay else { return };
        let folder = if result.submission.contains([' ', '\'', '"', '$', '\\']) {
            format!("{:?}", clean(&result.submission))
        } else {
            clean(&result.submission)
        };
        let _ = writeln!(self.text, "\n  See it again:\n  grade replay {token} --submission {folder}");
    }

    fn warnings(&mut self, result: &GradeResult) {
        if result.warnings.is_empty() && result.notes.is_empty() {
            return;
        }
        self.text.push('\n');
        for warning in &result.warnings {
            let label = self.paint(unsure(), "warning");
            let place = match &warning.location {
                Some(location) => format!(" ({}, line {})", clean(&location.file), location.line),
                None => String::new(),
            };
            let _ = writeln!(self.text, "{label}: {}{place}", kind_words(warning.kind));
            self.paragraph(2, &warning.message);
        }
        for note in &result.notes {
            self.paragraph(0, &format!("note: {note}"));
        }
    }

    fn foot(&mut self, result: &GradeResult) {
        let sum = format!("{} of {} points", result.points, result.max_points);
        let sum = self.paint(style(result.verdict), &sum);
        let closing = match result.verdict {
            Verdict::Passed => "All checks passed.",
            Verdict::Failed => "Not all checks passed.",
            Verdict::Inconclusive => {
                "Some checks could not be decided; that is not held against the submission. Try again, or with `--budget thorough`."
            }
            Verdict::Error => "The grader could not do all of its work; that is not held against the submission.",
        };
        let _ = writeln!(self.text, "\n{sum}. {closing}");
        if self.options.verbose {
            let _ = writeln!(
                self.text,
                "{:.1} s, of which {:.1} s compiling; seed {}, sandbox {}.",
                result.seconds, result.build_seconds, result.seed, result.sandbox
            );
        }
    }
}
