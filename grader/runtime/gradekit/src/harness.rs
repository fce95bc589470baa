//! The program around the checks: reads one job, runs it, answers on a descriptor of its own.
//!
//! Student code runs in this process, so it must not be able to speak for the harness: it cannot name this
//! crate, open files, or write to descriptors, and every message bears the job's nonce and a number.

use crate::native_run;
use kernel::run::{self, Config};
use protocol::{Body, CHANNEL_FD, Engine, Failure, Job, Message, Outcome, Report, Work};
use std::fs::File;
use std::io::{Read, Write};
use std::process::exit;
use std::sync::{Mutex, PoisonError};

struct Channel {
    file: File,
    nonce: String,
    seq: u64,
}

static CHANNEL: Mutex<Option<Channel>> = Mutex::new(None);

/// Sends one message. A parent that is gone ends the process.
fn send(body: Body) {
    let mut channel = CHANNEL.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(c) = channel.as_mut() else { return };
    let message = Message { nonce: c.nonce.clone(), seq: c.seq, body };
    c.seq += 1;
    let Ok(mut line) = serde_json::to_vec(&message) else { exit(70) };
    line.push(b'\n');
    if c.file.write_all(&line).and_then(|()| c.file.flush()).is_err() {
        exit(71);
    }
}

fn last_words(failure: &Failure) {
    send(Body::LastWords(failure.clone()));
}

pub(crate) fn progress(executions: u64) {
    send(Body::Progress { executions });
}

/// Reports and leaves: threads that are still stuck end with the process.
pub(crate) fn finish(report: Report) -> ! {
    send(Body::Report(report));
    send(Body::Done);
    exit(0)
}

#[cfg(unix)]
fn open_channel() -> File {
    use std::os::fd::FromRawFd;
    // SAFETY: the parent hands this descriptor over for this purpose; nobody else in the process owns it.
    unsafe { File::from_raw_fd(CHANNEL_FD) }
}

#[cfg(not(unix))]
fn open_channel() -> File {
    // Without inherited descriptors the channel is a file that the parent names.
    let path = std::env::var_os("GRADE_CHANNEL").unwrap_or_else(|| CHANNEL_FD.to_string().into());
    match File::options().append(true).open(path) {
        Ok(f) => f,
        Err(_) => exit(72),
    }
}

/// The `main` of a check binary: `checks` are the assignment's checks by name.
pub fn main(checks: &[(&'static str, fn())]) -> ! {
    run_job(checks, false)
}

/// The `main` of a program that `grade explore` runs: its own `main` is the only check, and the program ends
/// when it does.
pub fn explore(program: fn()) -> ! {
    run_job(&[("main", program)], true)
}

fn run_job(checks: &[(&'static str, fn())], exit_with_main: bool) -> ! {
    kernel::statics::prepare();
    let mut input = Vec::new();
    if std::io::stdin().take(64 << 20).read_to_end(&mut input).is_err() {
        exit(73);
    }
    let Ok(job) = serde_json::from_slice::<Job>(&input) else { exit(74) };
    drop(input);
    *CHANNEL.lock().unwrap_or_else(PoisonError::into_inner) =
        Some(Channel { file: open_channel(), nonce: job.nonce.clone(), seq: 0 });
    let _ = run::THREAD_EXIT.set(shadow_std::rt::run_destructors);
    kernel::panics::install_hook(last_words);
    let Some(&(_, check)) = checks.iter().find(|c| c.0 == job.check) else {
        finish(inconclusive(format!("there is no check `{}` in this program", job.check)))
    };
    send(Body::Started);
    if job.engine != Engine::Stress {
        kernel::endless::watch(endless);
    }
    let config = Config { exit_with_main, progress: Some(progress), ..Config::default() };
    let body: run::Body = std::sync::Arc::new(check);
    let report = match (&job.work, job.engine) {
        (Work::Replay { schedule, shrink }, Engine::Bounded | Engine::Random | Engine::Loom) => {
            let config = Config { exhaustive: job.engine != Engine::Random, ..config };
            run::replay(schedule, *shrink, config, body)
                .unwrap_or_else(|| inconclusive("the token's schedule cannot be read".into()))
        }
        (Work::Replay { .. }, Engine::Stress) => {
            inconclusive("real threads cannot be replayed exactly; run the check again with the same seed".into())
        }
        (Work::Search(budget) | Work::Outcomes(budget), Engine::Bounded | Engine::Random) => {
            let outcomes = matches!(job.work, Work::Outcomes(_));
            run::search(job.engine, job.seed, budget, Config { outcomes, ..config }, body)
        }
        (Work::Search(budget) | Work::Outcomes(budget), Engine::Stress) => {
            let outcomes = matches!(job.work, Work::Outcomes(_));
            native_run::stress(job.seed, budget, outcomes, check)
        }
        (Work::Search(budget), Engine::Loom) => {
            kernel::loomrt::search(budget, Config { seed: job.seed, ..config }, body, finish)
        }
        (_, engine) => inconclusive(format!("the engine {} is not a part of this program", engine.name())),
    };
    finish(report)
}

/// The watchdog's find: the thread that goes round can only be stopped with the process.
fn endless(failure: protocol::Failure, executions: u64) {
    finish(Report { executions, outcome: Outcome::Failed(failure), ..inconclusive(String::new()) })
}

fn inconclusive(reason: String) -> Report {
    Report {
        executions: 0,
        complete: false,
        preemption_bound: None,
        outcome: Outcome::Inconclusive { reason },
        outcomes: Vec::new(),
        warnings: Vec::new(),
    }
}
