//! The program around the checks: reads one job, runs the check as often as the budget says, answers on a descriptor of its own.
//!
//! The submission's processes are children of this one. They must not be able to speak for it: they do not get the descriptor, and
//! this process is closed to them in `/proc`.

use std::cell::RefCell;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::FromRawFd;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::process::exit;
use std::sync::{Mutex, PoisonError};

use protocol::{Body, Budget, CHANNEL_FD, Engine, Failure, Job, Message, Outcome, Place, Report, Work};

pub use protocol::Kind;

use crate::{program, seed};

struct Channel {
    file: File,
    nonce: String,
    seq: u64,
}

static CHANNEL: Mutex<Option<Channel>> = Mutex::new(None);

thread_local! {
    /// The failure that the panic now under way stands for.
    static FAILURE: RefCell<Option<Failure>> = const { RefCell::new(None) };
}

/// Sends one message. A parent that is gone ends the process.
fn send(body: Body) {
    let mut channel = CHANNEL.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(c) = channel.as_mut() else { return };
    let message = Message { nonce: c.nonce.clone(), seq: c.seq, body };
    c.seq += 1;
    let Ok(mut line) = serde_json::to_vec(&message) else { exit(70) };
    line.push(b'\n');
    if c.file.write_all(&line).is_err() {
        exit(71);
    }
}

fn finish(report: Report) -> ! {
    send(Body::Report(report));
    send(Body::Done);
    exit(0)
}

fn report(executions: u64, complete: bool, outcome: Outcome) -> Report {
    Report { executions, complete, preemption_bound: None, outcome, outcomes: Vec::new(), warnings: Vec::new() }
}

fn inconclusive(executions: u64, reason: &str) -> Report {
    report(executions, false, Outcome::Inconclusive { reason: reason.to_owned() })
}

/// The check fails with a finding of this kind.
#[track_caller]
pub fn fail(kind: Kind, message: &str) -> ! {
    let failure = failure(kind, message.to_owned(), Location::caller());
    FAILURE.with_borrow_mut(|slot| *slot = Some(failure));
    panic!("{}: {message}", kind.name())
}

fn failure(kind: Kind, message: String, place: &Location<'_>) -> Failure {
    let place = Place { file: place.file().to_owned(), line: place.line(), column: place.column() };
    Failure::new(kind, message, Some(place))
}

/// The machine does not let the check do its work.
pub(crate) struct Unable(pub String);

/// Ends the check without a word about the submission.
pub(crate) fn unable(why: String) -> ! {
    std::panic::panic_any(Unable(why))
}

/// The `main` of a check program: `checks` are the assignment's checks by name.
pub fn main(checks: &[(&'static str, fn())]) -> ! {
    let mut input = Vec::new();
    if std::io::stdin().take(64 << 20).read_to_end(&mut input).is_err() {
        exit(73);
    }
    let Ok(job) = serde_json::from_slice::<Job>(&input) else { exit(74) };
    close_to_others();
    // SAFETY: the parent hands this descriptor over for this purpose; nobody else in the process owns it.
    let file = unsafe { File::from_raw_fd(CHANNEL_FD) };
    *CHANNEL.lock().unwrap_or_else(PoisonError::into_inner) = Some(Channel { file, nonce: job.nonce.clone(), seq: 0 });
    let Some(&(_, check)) = checks.iter().find(|c| c.0 == job.check) else {
        finish(inconclusive(0, &format!("there is no check `{}` in this program", job.check)))
    };
    std::panic::set_hook(Box::new(|info| {
        FAILURE.with_borrow_mut(|slot| {
            if slot.is_none()
                && let Some(place) = info.location()
                && !info.payload().is::<Unable>()
            {
                let text = info.payload_as_str().unwrap_or("Box<dyn Any>");
                *slot = Some(failure(Kind::Assertion, text.to_owned(), place));
            }
        });
    }));
    send(Body::Started);
    let ready = if cfg!(target_os = "linux") {
        program::prepare()
    } else {
        Err("processes can only be watched on Linux".to_owned())
    };
    match (ready, &job.work, job.engine) {
        (Err(why), ..) => finish(inconclusive(0, &why)),
        (Ok(()), Work::Search(budget), Engine::Process) => finish(search(job.seed, budget, check)),
        (_, _, engine) => {
            finish(inconclusive(0, &format!("the engine {} is not a part of this program", engine.name())))
        }
    }
}

/// Nobody but root may look into this process, and nobody inherits the channel. Orphans of the submission become its children.
fn close_to_others() {
    // SAFETY: plain numbers.
    unsafe {
        libc::fcntl(CHANNEL_FD, libc::F_SETFD, libc::FD_CLOEXEC);
        #[cfg(target_os = "linux")]
        {
            libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0);
            libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        }
    }
}

fn search(first: u64, budget: &Budget, check: fn()) -> Report {
    for n in 0..budget.executions {
        let mut numbers = seed::Rng::new(first.wrapping_add(n));
        seed::set(numbers.number(), n);
        FAILURE.with_borrow_mut(|slot| *slot = None);
        let result = catch_unwind(AssertUnwindSafe(check));
        program::clean();
        if let Err(payload) = result {
            if let Some(Unable(why)) = payload.downcast_ref::<Unable>() {
                return inconclusive(n, why);
            }
            let failure = FAILURE.with_borrow_mut(Option::take);
            let failure = failure.unwrap_or_else(failure_without_a_place);
            return report(n + 1, false, Outcome::Failed(failure));
        }
        send(Body::Progress { executions: n + 1 });
    }
    report(budget.executions, true, Outcome::Passed)
}

#[track_caller]
fn failure_without_a_place() -> Failure {
    failure(Kind::Assertion, "the check failed without a word".to_owned(), Location::caller())
}
