//! `grade verify [ASSIGNMENT]`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::common::{Common, Format, colours, deliver};
use super::progress::Progress;
use crate::lab::verify::{Options, verify};
use crate::lab::{Lab, LabError};
use crate::report::matrix;

#[derive(ClapArgs)]
pub struct Args {
    /// Which assignments [default: all]
    assignments: Vec<String>,
    /// Grade each submission with so many seeds
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    seeds: u64,
    /// The first seed
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Only submissions whose name contains this
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Of each wrong submission, run only the check that it must fail, until the bug is found
    #[arg(long)]
    quick: bool,
    /// Make each failure's order of steps short, and run it again from its token in another process
    #[arg(long)]
    replay: bool,
    /// How to write the report
    #[arg(long, value_name = "HOW", default_value = "human")]
    format: Format,
    /// Write the report to a file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

pub fn run(args: Args) -> Result<u8, LabError> {
    let common = &args.common;
    let course = common.course()?;
    let mut chosen = Vec::new();
    if args.assignments.is_empty() {
        for entry in &course.entries {
            chosen.push(crate::lab::course::Assignment::load(entry)?);
        }
    }
    for name in &args.assignments {
        chosen.push(course.assignment(name)?);
    }
    let options = Options {
        seeds: (0..args.seeds).map(|n| args.seed.wrapping_add(n)).collect(),
        jobs: common.jobs(),
        effort: common.budget.into(),
        filter: args.filter.clone(),
        quick: args.quick,
        replay: args.replay,
    };
    let mut reports = Vec::new();
    let lab = Lab::open(common.sandbox)?;
    let mut text = String::new();
    for assignment in &chosen {
        let progress = Progress::new(false);
        let report = verify(&lab, &course, assignment, &options, &|event| progress.show(event));
        progress.end();
        let report = report?;
        if args.format == Format::Human {
            let part = matrix::render(&report, args.out.is_none() && colours(), common.verbose);
            match args.out {
                Some(_) => text.push_str(&part),
                // Each assignment as soon as it is done: a whole course takes minutes.
                None => deliver(&part, None)?,
            }
        }
        reports.push(report);
    }
    if args.format == Format::Human {
        let mut end = if args.replay { matrix::replays(&reports) } else { String::new() };
        if reports.len() > 1 {
            end.push_str(&matrix::summary(&reports, args.out.is_none() && colours()));
        }
        match args.out {
            Some(_) => text.push_str(&end),
            None => deliver(&end, None)?,
        }
    }
    if args.format == Format::Json {
        text = serde_json::to_string_pretty(&reports).expect("plain data");
        text.push('\n');
    }
    if args.format == Format::Json || args.out.is_some() {
        deliver(&text, args.out.as_deref())?;
    }
    Ok(if reports.iter().all(|report| report.ok()) { 0 } else { 3 })
}
