//! `grade batch DIR`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clap::Args as ClapArgs;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::common::{Common, deliver, say};
use super::reports::Reports;
use crate::batch::gradebook::{Entry, Outcome, Settings};
use crate::batch::journal::Journal;
use crate::batch::publish::{self, Counts};
use crate::batch::roster;
use crate::batch::run::{self, Event, Options};
use crate::batch::shard::Shard;
use crate::core::result::Verdict;
use crate::lab::{Lab, LabError};
use crate::report::text::{clean, count};
use crate::report::{Graded, view};

const AFTER: &str = "\
A class is a folder with DIR/STUDENT/ASSIGNMENT/Cargo.toml, or with --assignment DIR/STUDENT/Cargo.toml; or a list:
a CSV file with the columns student, assignment, path, or a TOML file with [[submissions]] of the same.

In the output folder: gradebook.csv, gradebook.json, index.html (the overview), students/ (a page for each), and
journal.redb: what is known already. The same command goes on after a crash and grades only what has changed.

Exit codes: 0 every submission has its result; 4 the grader could not do its work for some of them; 2 wrong usage; 3 the
course is invalid.";

#[derive(ClapArgs)]
#[command(after_help = AFTER)]
pub struct Args {
    /// The class: a folder, or a list (.csv or .toml)
    class: PathBuf,
    /// Only this assignment (may be given several times)
    #[arg(long, value_name = "NAME")]
    assignment: Vec<String>,
    /// Where to: gradebook, pages and journal
    #[arg(long, value_name = "DIR", default_value = "grades")]
    out: PathBuf,
    /// Seeds every random choice; the same seed gives the same verdicts
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Grade again what is known
    #[arg(long)]
    fresh: bool,
    /// Grade only part I of N; `grade merge` puts the parts together
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    #[command(flatten)]
    reports: Reports,
    #[command(flatten)]
    common: Common,
}

pub fn run(args: Args) -> Result<u8, LabError> {
    let common = &args.common;
    args.reports.check()?;
    let course = common.course()?;
    let mut only = Vec::new();
    for text in &args.assignment {
        only.push(course.entry(text)?.name.clone());
    }
    let roster = roster::find(&args.class, &course, &only)?;
    for note in &roster.notes {
        say(&format!("grade: {}", clean(note)));
    }
    let lab = Lab::open(common.sandbox)?;
    let mut journal = Journal::create(&args.out)?;
    publish::sweep(&args.out);
    let options = Options {
        seed: args.seed,
        effort: common.budget.into(),
        jobs: common.jobs(),
        fresh: args.fresh,
        shard: args.shard.unwrap_or(Shard::WHOLE),
    };
    let start = Instant::now();
    let live = Live::new();
    let done = run::run(&lab, &course, &roster, &mut journal, &options, &|event| live.show(event));
    live.end();
    if matches!(done, Err(LabError::Interrupted)) {
        say("grade: interrupted; the same command goes on from here");
    }
    let done = done?;
    // What follows needs only the journal.
    drop(roster);
    let entries = journal.entries()?;
    let settings = journal.settings().cloned().ok_or_else(|| LabError::Grader("the journal was not begun".into()))?;
    let counts = publish::publish(&journal, &settings, &entries, &args.out, options.jobs)?;
    journal.finish()?;
    write_reports(&args.reports, &journal, &settings, &entries)?;
    let part = args.shard.map(|shard| format!("part {shard}: ")).unwrap_or_default();
    let text = format!(
        "\n{part}{}\n{} made, {:.1} s\n{}\n",
        summary(&counts, entries.len()),
        count(done.graded as u64, "grading"),
        start.elapsed().as_secs_f64(),
        places(&args.out)
    );
    deliver(&text, None)?;
    Ok(if counts.error == 0 { 0 } else { 4 })
}

/// `200 submissions: 80 full marks, 110 not full marks, ...`.
pub fn summary(counts: &Counts, total: usize) -> String {
    let mut parts = Vec::new();
    for (number, what) in [
        (counts.passed, "with full marks"),
        (counts.failed, "without"),
        (counts.inconclusive, "could not be decided"),
        (counts.error, "ended with an error of the grader"),
        (counts.missing, "missing"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {what}"));
        }
    }
    format!("{}: {}", count(total as u64, "submission"), parts.join(", "))
}

/// Where to look.
pub fn places(out: &Path) -> String {
    format!("gradebook: {}   overview: {}", out.join("gradebook.csv").display(), out.join("index.html").display())
}

/// What `--report` asks for. Whole results are read only if a format needs them: a class of thousands is large.
pub fn write_reports(
    reports: &Reports,
    journal: &Journal,
    settings: &Settings,
    entries: &[Entry],
) -> Result<(), LabError> {
    if reports.is_empty() {
        return Ok(());
    }
    let mut graded: Vec<Graded> = Vec::new();
    for entry in entries {
        graded.extend(if reports.tell_stories() {
            publish::whole(journal, entry)?
        } else {
            publish::row(journal, entry)?.graded(settings)
        });
    }
    reports.write(&graded)
}

/// The progress bar on a terminal, and a line for each submission that is done.
struct Live {
    bar: ProgressBar,
    failed: AtomicUsize,
}

impl Live {
    fn new() -> Live {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(ProgressStyle::with_template("{spinner} {msg}").expect("a good template"));
        bar.enable_steady_tick(Duration::from_millis(250));
        bar.set_message("looking for submissions");
        Live { bar, failed: AtomicUsize::new(0) }
    }

    fn show(&self, event: Event<'_>) {
        match event {
            Event::Preparing(line) => {
                if self.bar.is_hidden() && self.bar.message() != line.as_str() {
                    // Once, where no line can change.
                    if !self.bar.message().starts_with("building") {
                        say(&format!("grade: {line}"));
                    }
                }
                self.bar.set_message(line);
            }
            Event::Planned { total, left } => {
                // What is known takes no time: rate and time left are those of the gradings.
                self.bar.set_length(total as u64);
                let template = "{bar:24} {pos}/{len} done, {msg}, {per_minute}, {left} left";
                let style = ProgressStyle::with_template(template)
                    .expect("a good template")
                    .with_key("per_minute", move |state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
                        let graded = state.pos().saturating_sub((total - left) as u64);
                        let minutes = state.elapsed().as_secs_f64() / 60.0;
                        let _ = write!(out, "{:.0} a minute", graded as f64 / minutes.max(0.001));
                    })
                    .with_key("left", move |state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
                        let graded = state.pos().saturating_sub((total - left) as u64);
                        let rest = (left as u64).saturating_sub(graded);
                        if graded == 0 {
                            let _ = write!(out, "?");
                        } else {
                            let seconds = state.elapsed().as_secs_f64() / graded as f64 * rest as f64;
                            let _ = write!(out, "{}", time(seconds));
                        }
                    });
                self.bar.reset_elapsed();
                self.bar.set_style(style);
                self.bar.set_message("0 failed");
            }
            Event::Done { entry, outcome, known, seconds } => {
                let good = outcome.is_some_and(|outcome| outcome.verdict == Verdict::Passed);
                let failed = self.failed.fetch_add(usize::from(!good), Ordering::Relaxed) + usize::from(!good);
                let line = line(entry, outcome, known, seconds);
                self.bar.suspend(|| {
                    // A reader that has gone is no reason to stop.
                    let _ = deliver(&line, None);
                });
                self.bar.set_message(format!("{failed} failed"));
                self.bar.inc(1);
            }
        }
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// `ada  01-bank-race  failed  55/100  1.4 s`.
fn line(entry: &Entry, outcome: Option<&Outcome>, known: bool, seconds: f64) -> String {
    let end = match outcome {
        None => format!("no submission: {}", clean(entry.problem.as_deref().unwrap_or_default())),
        Some(outcome) => {
            let time = if known { "known".to_owned() } else { format!("{seconds:.1} s") };
            let why = outcome.notes.first().filter(|_| outcome.verdict == Verdict::Error);
            let why = why.map(|why| format!("  {}", clean(why))).unwrap_or_default();
            format!("{}  {}/{}  {time}{why}", view::verdict_text(outcome.verdict), outcome.points, entry.max_points)
        }
    };
    format!("{}  {}  {end}\n", clean(&entry.student), entry.assignment)
}

/// `1 h 5 min`, `3 min 20 s`, `12 s`.
fn time(seconds: f64) -> String {
    let seconds = seconds.ceil() as u64;
    match (seconds / 3600, seconds % 3600 / 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s} s"),
        (h, m, _) => format!("{h} h {m} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{HOSTILE, sample};

    #[test]
    fn a_line_for_each() {
        let mut entry = Entry {
            student: "ada".into(),
            assignment: "01-bank-race".into(),
            title: String::new(),
            submission: String::new(),
            max_points: 100,
            key: None,
            problem: Some("there is no submission".into()),
        };
        assert_eq!(line(&entry, None, true, 0.0), "ada  01-bank-race  no submission: there is no submission\n");
        let mut outcome = Outcome::of(&sample());
        assert_eq!(line(&entry, Some(&outcome), false, 1.44), "ada  01-bank-race  failed  20/100  1.4 s\n");
        assert_eq!(line(&entry, Some(&outcome), true, 1.44), "ada  01-bank-race  failed  20/100  known\n");
        entry.student = HOSTILE.into();
        outcome.verdict = Verdict::Error;
        outcome.notes = vec![HOSTILE.into()];
        let text = line(&entry, Some(&outcome), false, 1.0);
        assert_eq!(text.lines().count(), 1);
        assert!(text.trim_end().chars().all(|c| !c.is_control()), "{text:?}");
    }

    #[test]
    fn times_and_counts() {
        assert_eq!([0.2, 59.0, 60.0, 200.0, 3900.0].map(time), ["1 s", "59 s", "1 min 0 s", "3 min 20 s", "1 h 5 min"]);
        let counts = Counts { passed: 1, missing: 2, ..Counts::default() };
        assert_eq!(summary(&counts, 3), "3 submissions: 1 with full marks, 2 missing");
    }
}
