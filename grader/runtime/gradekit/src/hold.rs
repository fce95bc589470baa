//! Hold one of the threads that a submission starts, and see what the others do without it.

use crate::{Gate, hooks};
use std::sync::Arc;
use std::time::Duration;

/// A thread that waits before its own work begins, until this is dropped or [`Held::release`]d. See [`hold_thread`].
pub struct Held(Arc<Gate>);

impl Held {
    /// Lets the thread go on.
    #[track_caller]
    pub fn release(self) {}
}

impl Drop for Held {
    fn drop(&mut self) {
        hooks::at_start_of_thread(None);
        self.0.open();
    }
}

/// The thread that is started after `after` others, from now on, waits before its own work begins.
///
/// Use it for "the others do the work of one that is late". Only the grader can hold a thread: the example is not run.
///
/// ```no_run
/// use gradekit::*;
/// let log = Log::new();
/// std::thread::scope(|s| {
///     let held = hold_thread(1);
///     let first = s.spawn(|| log.push(1));
///     s.spawn(|| log.push(2));
///     first.join().unwrap();
///     settle();
///     assert_eq!(log.all(), [1]);
///     held.release();
/// });
/// ```
#[track_caller]
pub fn hold_thread(after: usize) -> Held {
    let gate = Arc::new(Gate::new());
    let pass = Arc::clone(&gate);
    hooks::at_start_of_thread(Some((after, Arc::new(move || pass.pass()))));
    Held(gate)
}

/// Runs `f`. The share of its time, from 0 to 1, in which a thread worked while it held a lock that another one waited for:
/// near 0 for threads that work beside each other, near 1 for threads that take turns although nobody sees it. Natively it
/// is 0: only a model has one thread at work at a time, which makes the share independent of the machine.
///
/// ```
/// let share = gradekit::share_under_wanted_locks(|| ());
/// assert_eq!(share, 0.0);
/// ```
#[track_caller]
pub fn share_under_wanted_locks(f: impl FnOnce()) -> f64 {
    if hooks::is_native() {
        f();
        return 0.0;
    }
    kernel::exec::watch_locks();
    f();
    let worked = kernel::exec::unwatch_locks();
    worked.map_or(0.0, |worked| worked.under_wanted_locks.as_secs_f64() / worked.all.as_secs_f64().max(1e-9))
}

/// Processor time that the calling thread has used. In a model that is the work of all threads together, because they share
/// one thread of the system: so a part of it can be compared with the whole, on a busy machine too. Where the system does
/// not tell, it is the time that has passed.
pub fn processor_time() -> Duration {
    // The system counts exactly only when a thread goes to sleep.
    std::thread::sleep(Duration::from_micros(1));
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    told.and_then(|text| text.split_whitespace().next()?.parse().ok()).map(Duration::from_nanos).unwrap_or_else(|| {
        static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        START.get_or_init(std::time::Instant::now).elapsed()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_takes_processor_time_and_sleep_does_not() {
        let begin = processor_time();
        std::thread::sleep(Duration::from_millis(60));
        let slept = processor_time() - begin;
        let mut n = 0u64;
        let start = std::time::Instant::now();
        while start.elapsed() < Duration::from_millis(60) {
            n = std::hint::black_box(n + 1);
        }
        let worked = processor_time() - begin - slept;
        assert!(worked > slept, "{worked:?} of work, {slept:?} of sleep");
    }
}
