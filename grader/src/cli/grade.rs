//! `grade assignment-3`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use protocol::Engine;

use super::common::{Common, Format, colours, deliver, say, width};
use super::progress::Progress;
use super::reports::Reports;
use crate::core::plan::Choice;
use crate::lab::course::find_submission;
use crate::lab::session::{Request, grade};
use crate::lab::{Lab, LabError};
use crate::report::{Graded, human, json};

#[derive(ClapArgs)]
pub struct Args {
    /// Which assignment: `assignment-3`, `3`, `thread-pool` or `03-thread-pool`
    #[arg(required = true)]
    assignment: Option<String>,
    /// The folder to grade [default: this folder, else ./assignment-N, else the starter]
    #[arg(long, value_name = "DIR")]
    submission: Option<PathBuf>,
    /// Seeds every random choice; the same seed gives the same verdict
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Only this check (may be given several times)
    #[arg(long, value_name = "CHECK")]
    only: Vec<String>,
    /// Only this engine: bounded, loom, random, stress, process (may be given several times)
    #[arg(long, value_name = "ENGINE")]
    engine: Vec<Engine>,
    /// How to write the result
    #[arg(long, value_name = "HOW", default_value = "human")]
    format: Format,
    /// Write the result to a file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    reports: Reports,
    #[command(flatten)]
    common: Common,
}

pub fn run(args: Args) -> Result<u8, LabError> {
    let common = &args.common;
    args.reports.check()?;
    let course = common.course()?;
    let assignment = course.assignment(args.assignment.as_deref().unwrap_or_default())?;
    let source = find_submission(&course, &assignment, args.submission.as_deref())?;
    if source.starter {
        say(&format!("grade: there is no submission here, so the starter is graded: {}", source.shown));
    }
    let progress = Progress::new(false);
    let listen = |event| progress.show(event);
    let lab = Lab::open(common.sandbox)?;
    let request = Request {
        assignment: &assignment,
        source: &source,
        choice: Choice {
            only: args.only.clone(),
            engines: args.engine.clone(),
            effort: common.budget.into(),
            above_all: None,
        },
        seed: args.seed,
        jobs: common.jobs(),
        all_engines: false,
        explain: true,
        replays: None,
    };
    let result = grade(&lab, &request, &listen);
    progress.end();
    let result = result?;
    let text = match args.format {
        Format::Json => json::render(&result),
        Format::Human => {
            let colour = args.out.is_none() && colours();
            human::render(&result, &human::Options { colour, width: width(), verbose: common.verbose })
        }
    };
    deliver(&text, args.out.as_deref())?;
    let code = result.exit_code();
    args.reports.write(&[Graded { student: String::new(), result }])?;
    Ok(code)
}
