//! What several subcommands share.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::core::plan::Effort;
use crate::lab::LabError;
use crate::lab::course::Course;
use crate::lab::session::write_atomically;
use crate::sandbox::{self, Policy};

/// Options that every subcommand has which grades something.
#[derive(Args, Clone, Debug)]
pub struct Common {
    /// The course: the folder that holds `assignments`, or that folder itself
    #[arg(long, value_name = "DIR")]
    pub course: Option<PathBuf>,
    /// Worker threads [default: one for each processor]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// The walls around a submission: auto, jail, guard, none, require=jail, require=guard
    #[arg(long, value_name = "LEVEL", default_value = "auto")]
    pub sandbox: Policy,
    /// How much work to do
    #[arg(long, value_name = "HOW", default_value = "normal")]
    pub budget: Budget,
    /// Show more
    #[arg(long, short)]
    pub verbose: bool,
}

/// As in `--budget`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Budget {
    /// A quarter
    Quick,
    /// As the assignment says
    Normal,
    /// Eight times as much
    Thorough,
}

impl From<Budget> for Effort {
    fn from(budget: Budget) -> Effort {
        match budget {
            Budget::Quick => Effort::Quick,
            Budget::Normal => Effort::Normal,
            Budget::Thorough => Effort::Thorough,
        }
    }
}

/// As in `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Human,
    /// For programs
    Json,
}

impl Common {
    /// The course.
    pub fn course(&self) -> Result<Course, LabError> {
        Course::find(self.course.as_deref())
    }

    /// Worker threads.
    pub fn jobs(&self) -> usize {
        match self.jobs {
            Some(jobs) => usize::from(jobs),
            None => std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// One line (or more) on standard error. That it cannot be written is nobody's trouble.
pub fn say(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// The result itself: to a file, whole or not at all, or to standard output.
pub fn deliver(text: &str, out: Option<&Path>) -> Result<(), LabError> {
    match out {
        Some(path) => write_atomically(path, anstream::adapter::strip_str(text).to_string().as_bytes())
            .map_err(|error| LabError::Grader(format!("{} cannot be written: {error}", path.display()))),
        None => {
            let mut stdout = anstream::stdout().lock();
            // A reader that has seen enough (`| head`) is no error.
            let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
            Ok(())
        }
    }
}

/// Are colours wanted on standard output?
pub fn colours() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// Columns of the terminal; 100 if there is none.
pub fn width() -> usize {
    console::Term::stdout().size_checked().map_or(100, |(_, columns)| usize::from(columns)).clamp(60, 160)
}

/// As root, submissions run as another user: what is written for them must be readable by others whatever the umask.
#[cfg(unix)]
pub fn readable_for_the_sandbox() {
    if nix::unistd::geteuid().is_root() {
        nix::sys::stat::umask(nix::sys::stat::Mode::from_bits_truncate(0o022));
    }
}

/// Nothing is run as another user here.
#[cfg(not(unix))]
pub fn readable_for_the_sandbox() {}

/// On Ctrl-C, SIGTERM and SIGHUP: ends every process that was started, lets the main thread clean up, and shows the
/// cursor again. A second signal ends the program at once.
#[cfg(unix)]
pub fn end_well_on_signals() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    std::thread::spawn(move || {
        let mut seen = 0;
        for signal in signals.forever() {
            seen += 1;
            if seen > 1 {
                super::progress::restore();
                std::process::exit(128 + signal);
            }
            std::thread::spawn(move || {
                crate::build::runtime::stop();
                sandbox::kill_all();
                // The main thread now unwinds its work folders away; if it is stuck, this ends it.
                std::thread::sleep(std::time::Duration::from_secs(5));
                super::progress::restore();
                std::process::exit(128 + signal);
            });
        }
    });
}

/// There are no such signals here.
#[cfg(not(unix))]
pub fn end_well_on_signals() {}
