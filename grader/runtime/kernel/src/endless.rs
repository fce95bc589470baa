//! A loop without an operation never comes back to the scheduler. This watches model executions from outside: one that
//! uses up much processor time between two steps does not end.

use crate::Loc;
use protocol::Failure;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::time::Duration;

/// Processor time of the whole process after which one execution counts as endless.
pub(crate) const ENDLESS: Duration = Duration::from_secs(10);

static EXECUTIONS: AtomicU64 = AtomicU64::new(0);
static STEPS: AtomicU64 = AtomicU64::new(0);
/// Where the thread that goes on is.
static PLACE: AtomicPtr<Location<'static>> = AtomicPtr::new(ptr::null_mut());

/// An execution begins.
pub(crate) fn begin() {
    EXECUTIONS.fetch_add(1, Ordering::Relaxed);
}

/// A thread goes on with its operation at this place.
pub(crate) fn step(place: Loc) {
    // One thread writes.
    STEPS.store(STEPS.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    PLACE.store(ptr::from_ref(place).cast_mut(), Ordering::Relaxed);
}

/// Starts the watchdog of this process's model executions; called once. `report` is called at most once, from a thread of its
/// own, with what was found and the number of executions so far; it should end the process.
pub fn watch(report: fn(Failure, u64)) {
    let _ = std::thread::Builder::new().name("watchdog".into()).spawn(move || {
        let seen = || (EXECUTIONS.load(Ordering::Relaxed), STEPS.load(Ordering::Relaxed));
        let (mut last, mut since) = (seen(), crate::system::processor_time());
        loop {
            std::thread::sleep(Duration::from_millis(100));
            let (now, time) = (seen(), crate::system::processor_time());
            if now != last {
                (last, since) = (now, time);
            } else if let (Some(then), Some(time)) = (since, time)
                && time.saturating_sub(then) >= ENDLESS
            {
                report(failure(), now.0);
                return;
            }
        }
    });
}

fn failure() -> Failure {
    // SAFETY: null, or made from a `&'static Location`.
    let place = unsafe { PLACE.load(Ordering::Relaxed).as_ref() };
    let last = place.map(|p| format!("Its last step was at line {}.", p.line())).unwrap_or_default();
    Failure::endless(ENDLESS.as_secs(), &last, place.map(crate::exec::place_of))
}
