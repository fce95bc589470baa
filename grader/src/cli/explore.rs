//! `grade explore FILE.rs`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use protocol::{Engine, Kind};

use super::common::{Common, Format, colours, deliver, say, width};
use super::progress::Progress;
use crate::core::token::Token;
use crate::lab::explore::{Explored, Program, Seen, Stop, compile};
use crate::lab::{Lab, LabError};
use crate::report::picture::{self, Sources};
use crate::report::text;

/// Executions spent on making the shown order short.
const SHRINK: u64 = 400;

#[derive(ClapArgs)]
pub struct Args {
    /// A program in one file, with `fn main()`
    file: PathBuf,
    /// Show the order of steps that gives outcome N
    #[arg(long, value_name = "N")]
    show: Option<usize>,
    /// Begins every random choice
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Only this engine; may be given again [default: random, bounded and stress]
    #[arg(long, value_name = "NAME")]
    engine: Vec<Engine>,
    /// How to write the outcomes
    #[arg(long, value_name = "HOW", default_value = "human")]
    format: Format,
    /// Write to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

pub fn run(args: Args) -> Result<u8, LabError> {
    let progress = Progress::new(false);
    let listen = |event| progress.show(event);
    let lab = Lab::open(args.common.sandbox)?;
    let Some(program) = compiled(compile(&lab, &args.file, &listen), &progress)? else { return Ok(1) };
    let engines = match args.engine.as_slice() {
        // Drawing first: a search of a large program is long in one corner.
        [] => vec![Engine::Random, Engine::Bounded, Engine::Stress],
        some => some.to_vec(),
    };
    if let Some(bad) = engines.iter().find(|e| matches!(e, Engine::Loom | Engine::Process)) {
        let what = format!("`grade explore` does not use the engine {}: take bounded, random or stress", bad.name());
        return Err(LabError::Usage(what));
    }
    let explored = program.explore(&lab, &engines, args.seed, args.common.budget.into(), &listen)?;
    progress.end();
    let mut out = match args.format {
        Format::Json => text::harmless_json(&serde_json::to_string_pretty(&explored).expect("plain data")) + "\n",
        Format::Human => human(&explored),
    };
    if let Some(n) = args.show {
        let Some(seen) = n.checked_sub(1).and_then(|i| explored.outcomes.get(i)) else {
            return Err(LabError::Usage(format!("there is no outcome {n}; there are {}", explored.outcomes.len())));
        };
        if args.format == Format::Human {
            out.push_str(&shown(&lab, &program, seen, args.seed)?);
        }
    }
    deliver(&out, args.out.as_deref())?;
    Ok(u8::from(!explored.all_well()))
}

fn compiled(result: Result<Program, Stop>, progress: &Progress) -> Result<Option<Program>, LabError> {
    match result {
        Ok(program) => Ok(Some(program)),
        Err(Stop::Error(error)) => Err(error),
        Err(Stop::Findings(findings)) => {
            progress.end();
            for finding in findings {
                say(&text::clean_block(&finding.message));
                if let Some(detail) = finding.detail {
                    say(&text::clean_block(&detail));
                }
            }
            Ok(None)
        }
    }
}

fn plural(n: u64, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

fn human(all: &Explored) -> String {
    let mut out = String::new();
    let count = plural(all.outcomes.len() as u64, "distinct outcome");
    let _ = writeln!(out, "{}: {count} in {}\n", all.program, plural(all.executions, "execution"));
    for (i, seen) in all.outcomes.iter().enumerate() {
        let head = if seen.failure { format!("FAILS: {}", seen.kind) } else { "ends by itself".into() };
        let _ = writeln!(
            out,
            "{:>3}  {head}, {} (first at {}, {})",
            i + 1,
            plural(seen.executions, "execution"),
            seen.first_at,
            seen.engine.name()
        );
        if seen.failure {
            for line in text::wrap(&text::clean_block(&seen.message), 90) {
                let _ = writeln!(out, "       {line}");
            }
        }
        let printed = text::clean_block(&seen.stdout);
        for line in printed.lines().take(12) {
            let _ = writeln!(out, "     | {line}");
        }
        if printed.lines().count() > 12 {
            let _ = writeln!(out, "     | ...");
        }
    }
    out.push('\n');
    for run in &all.engines {
        let how = match (&run.note, run.complete, run.preemption_bound) {
            (Some(note), ..) => format!("says nothing: {note}"),
            (None, true, _) => "every order of steps there is".into(),
            (None, false, Some(0)) => "not every order: without preemptions".into(),
            (None, false, Some(k)) => format!("not every order: searched up to {}", plural(u64::from(k), "preemption")),
            (None, false, None) => "a sample".into(),
        };
        let _ = writeln!(out, "{:>8}  {}, {how}", run.engine.name(), plural(run.executions, "execution"));
    }
    if let Some(i) = all.outcomes.iter().position(|o| o.failure && o.schedule.is_some()) {
        let _ = writeln!(out, "\nThe order of steps behind an outcome: grade explore {} --show {}", all.program, i + 1);
    }
    out
}

fn draw(program: &Program, failure: &protocol::Failure) -> String {
    let mut sources = Sources::new();
    sources.add(&program.name, &program.text);
    let options = picture::Options { width: width(), color: colours(), ..picture::Options::default() };
    picture::render(failure, &sources, &options)
}

fn shown(lab: &Lab, program: &Program, seen: &Seen, seed: u64) -> Result<String, LabError> {
    let Some((engine, schedule)) = &seen.schedule else {
        return Ok("\nReal threads leave no order of steps to show.\n".into());
    };
    // Only a failure can be told from another order when a shorter one is sought.
    let shrink = if seen.failure { SHRINK } else { 0 };
    let again = program.again(lab, *engine, seed, schedule, shrink)?;
    Ok(match again {
        Some(failure) => format!("\n{}", draw(program, &failure)),
        None => "\nThis order of steps could not be run again.\n".into(),
    })
}

/// `grade replay` of a token that `grade explore` made.
pub fn again(token: &Token, file: Option<&Path>, common: &Common) -> Result<u8, LabError> {
    let file = file.map_or_else(|| PathBuf::from(&token.assignment), Path::to_owned);
    let progress = Progress::new(false);
    let listen = |event| progress.show(event);
    let lab = Lab::open(common.sandbox)?;
    let Some(program) = compiled(compile(&lab, &file, &listen), &progress)? else { return Ok(1) };
    progress.end();
    if !program.is_source_of(token) {
        say("grade: the source has changed since this token was made; what follows is about the source as it is now");
    }
    let Some(schedule) = &token.schedule else {
        return Err(LabError::Usage("this token holds no order of steps".into()));
    };
    let Some(failure) = program.again(&lab, token.engine, token.seed, schedule, 0)? else {
        return Err(LabError::Grader("this order of steps could not be run again".into()));
    };
    deliver(&draw(&program, &failure), None)?;
    Ok(u8::from(failure.kind != Kind::Output))
}
