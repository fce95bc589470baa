//! The command line: one file a subcommand.

mod batch;
pub mod common;
mod doctor;
mod explain;
mod explore;
mod export;
mod grade;
mod list;
mod merge;
mod new_assignment;
pub mod progress;
mod replay;
pub mod reports;
mod step;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::lab::LabError;
use crate::sandbox;

const EXIT_CODES: &str = "\
Exit codes:
  0  full marks
  1  graded, but not full marks
  2  wrong usage, or there is no such assignment or submission
  3  the course is invalid
  4  the grader could not decide

Examples:
  grade assignment-1                     grade ./assignment-1, or the starter if there is none
  grade thread-pool --submission ~/work  grade that folder
  grade list                             show all assignments";

/// Grades concurrent Rust programs: it searches the orders in which threads can run, and shows the one that breaks.
#[derive(Parser)]
#[command(name = "grade", version, after_help = EXIT_CODES, args_conflicts_with_subcommands = true)]
#[command(subcommand_negates_reqs = true, disable_help_subcommand = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    grade: grade::Args,
}

/// Everything but grading itself. A new one: a file beside this, a line here and one in `run`.
#[derive(Subcommand)]
enum Command {
    /// Grade a whole class on all cores; killed and started again, it goes on where it stopped.
    Batch(batch::Args),
    /// Show what works on this machine: the sandbox, the toolchain, the cache.
    Doctor(doctor::Args),
    /// Explain a kind of finding: what it is, an example, how to fix it.
    Explain(explain::Args),
    /// Show everything that a small program with threads can do.
    Explore(explore::Args),
    /// Write what a class may see: statements, starters, visible checks.
    Export(export::Args),
    /// Show all assignments of the course.
    List(list::Args),
    /// Put the parts of a batch that several machines graded together.
    Merge(merge::Args),
    /// For authors: begin a new assignment.
    NewAssignment(new_assignment::Args),
    /// Run a failure again that a grading has found.
    Replay(replay::Args),
    /// For authors: do solutions pass, and is every wrong submission caught?
    Verify(verify::Args),
}

fn run(cli: Cli) -> Result<u8, LabError> {
    match cli.command {
        None => grade::run(cli.grade),
        Some(Command::Batch(args)) => batch::run(args),
        Some(Command::Doctor(args)) => doctor::run(args),
        Some(Command::Explain(args)) => explain::run(args),
        Some(Command::Explore(args)) => explore::run(args),
        Some(Command::Export(args)) => export::run(args),
        Some(Command::List(args)) => list::run(args),
        Some(Command::Merge(args)) => merge::run(args),
        Some(Command::NewAssignment(args)) => new_assignment::run(args),
        Some(Command::Replay(args)) => replay::run(args),
        Some(Command::Verify(args)) => verify::run(args),
    }
}

/// The whole program.
pub fn main() -> ExitCode {
    sandbox::helper_main();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    common::readable_for_the_sandbox();
    common::end_well_on_signals();
    let code = match run(cli) {
        Ok(code) => code,
        Err(error) => {
            let what = match error {
                LabError::Course(_) => "the course is invalid: ",
                LabError::Grader(_) => "the grader could not do its work: ",
                LabError::Usage(_) | LabError::Interrupted => "",
            };
            let text = format!("grade: {what}{error}");
            common::say(&crate::report::text::clean_block(&text));
            error.exit_code()
        }
    };
    ExitCode::from(code)
}
