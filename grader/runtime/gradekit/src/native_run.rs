//! The engine `stress`: the check on real threads, again and again, with seeded noise.

use crate::harness;
use kernel::native::{self, Stopped};
use protocol::{Budget, DistinctOutcome, Failure, Outcome, Rate, Report};
use std::panic::AssertUnwindSafe;
use std::sync::Mutex;
use std::time::Duration;

struct State {
    runs: u64,
    failed: u64,
    first: Option<Failure>,
    outcomes: Vec<DistinctOutcome>,
}

static STATE: Mutex<State> = Mutex::new(State { runs: 0, failed: 0, first: None, outcomes: Vec::new() });

/// After the first failure, at most this many more runs say how often it happens,
const RUNS_FOR_RATE: u64 = 200;
/// and at most this many more failures: one that takes long to show should not take long many times.
const FAILURES_FOR_RATE: u64 = 4;

fn state() -> std::sync::MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn report(complete: bool) -> Report {
    let mut s = state();
    let rate = Rate { failed: s.failed, runs: s.runs };
    let outcome = match s.first.take() {
        Some(f) => Outcome::Failed(Failure { rate: Some(rate), ..f }),
        None => Outcome::Passed,
    };
    Report {
        executions: s.runs,
        complete,
        preemption_bound: None,
        outcome,
        outcomes: std::mem::take(&mut s.outcomes),
        warnings: Vec::new(),
    }
}

/// A run has ended.
fn conclude(failure: Option<Failure>, outcomes: bool) {
    let mut s = state();
    s.runs += 1;
    s.failed += u64::from(failure.is_some());
    if outcomes {
        let (stdout, at) = (native::output(), s.runs);
        let same = |o: &&mut DistinctOutcome| {
            o.stdout == stdout
                && o.failure.as_ref().map(|f| (f.kind, &f.message)) == failure.as_ref().map(|f| (f.kind, &f.message))
        };
        match s.outcomes.iter_mut().find(same) {
            Some(o) => o.executions += 1,
            None => s.outcomes.push(DistinctOutcome { failure, stdout, executions: 1, first_at: at, schedule: None }),
        }
    } else if s.first.is_none() {
        s.first = failure;
    }
}

/// The watchdog has seen that nobody goes on: nothing in this process can be saved.
fn stopped(why: Stopped) {
    match why {
        Stopped::Failed(failure) => {
            conclude(Some(failure), OUTCOMES.load(std::sync::atomic::Ordering::Relaxed));
            harness::finish(report(false));
        }
        Stopped::SleepsTooLong => {
            let ended = report(false);
            let outcome = match ended.outcome {
                Outcome::Passed => Outcome::Unfinished {
                    reason: "every thread slept, and none would have gone on within half an hour".into(),
                },
                found => found,
            };
            harness::finish(Report { outcome, ..ended });
        }
    }
}

static OUTCOMES: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// Runs `check` as often as the budget says.
pub fn stress(seed: u64, budget: &Budget, outcomes: bool, check: fn()) -> Report {
    OUTCOMES.store(outcomes, std::sync::atomic::Ordering::Relaxed);
    native::watch(stopped);
    let mut left = budget.executions;
    while left > 0 {
        left -= 1;
        let n = budget.executions - left - 1;
        native::start_run();
        let run = std::thread::Builder::new().name(native::MAIN_THREAD.into()).stack_size(8 << 20).spawn(move || {
            native::begin(kernel::run::seed_of(seed, n), true);
            let result = std::panic::catch_unwind(AssertUnwindSafe(check));
            let panic = result.as_ref().err().map(|payload| kernel::panics::of_payload(&**payload));
            std::mem::forget(result);
            panic.map(|p| kernel::panics::failure_of(&p, "main"))
        });
        let Ok(run) = run else {
            return Report {
                outcome: Outcome::Inconclusive { reason: "the system starts no more threads".into() },
                ..report(false)
            };
        };
        let died = run.join().ok().flatten();
        let mut failure = native::take_failure().or(died);
        // Threads that the check has not joined may take a moment; those that stay end the series, because
        // they would meddle with the next run.
        let mut rounds = 0;
        while native::live_threads() > 1 && rounds < 400 {
            std::thread::sleep(Duration::from_millis(5));
            rounds += 1;
        }
        failure = failure.or_else(native::take_failure);
        let failed = failure.is_some();
        conclude(failure, outcomes);
        if native::live_threads() > 1 {
            return report(false);
        }
        if failed && !outcomes {
            left = if state().failed > FAILURES_FOR_RATE { 0 } else { left.min(RUNS_FOR_RATE) };
        }
        if (n + 1).is_multiple_of(64) {
            harness::progress(n + 1);
        }
    }
    report(true)
}
