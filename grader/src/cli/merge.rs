//! `grade merge PART... --out DIR`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::batch::{places, summary, write_reports};
use super::common::deliver;
use super::reports::Reports;
use crate::batch::journal::Journal;
use crate::batch::{merge, publish};
use crate::lab::LabError;

#[derive(ClapArgs)]
pub struct Args {
    /// The output folders of all parts
    #[arg(required = true, value_name = "PART")]
    parts: Vec<PathBuf>,
    /// Where to: gradebook, pages and journal
    #[arg(long, value_name = "DIR", default_value = "grades")]
    out: PathBuf,
    #[command(flatten)]
    reports: Reports,
}

pub fn run(args: Args) -> Result<u8, LabError> {
    args.reports.check()?;
    let mut journal = Journal::create(&args.out)?;
    publish::sweep(&args.out);
    let settings = merge::merge(&args.parts, &mut journal)?;
    let entries = journal.entries()?;
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let counts = publish::publish(&journal, &settings, &entries, &args.out, jobs)?;
    write_reports(&args.reports, &journal, &settings, &entries)?;
    deliver(&format!("{}\n{}\n", summary(&counts, entries.len()), places(&args.out)), None)?;
    Ok(if counts.error == 0 { 0 } else { 4 })
}
