//! `std::thread`.

pub use std::thread::*;

mod builder;
mod handle;
pub(crate) mod local;
mod scoped;

pub use builder::{Builder, spawn};
pub use handle::{JoinHandle, Thread, ThreadId, current};
pub use local::{AccessError, LocalKey};
pub use scoped::{Scope, ScopedJoinHandle, scope};

use crate::time::deadline;
use kernel::{ObjKind, WaitOpts};
use std::panic::Location;
use std::time::Duration;

/// Whether the running thread is unwinding a panic.
#[must_use]
pub fn panicking() -> bool {
    crate::sync::panicking()
}

/// Gives up the turn.
#[track_caller]
pub fn yield_now() {
    if kernel::modelled() {
        kernel::exec::yield_now("yield_now", Location::caller());
    } else {
        kernel::native::spin_hint();
        kernel::native::op();
        std::thread::yield_now();
    }
}

/// Sleeps; in a model execution until the virtual clock says so.
#[track_caller]
pub fn sleep(dur: Duration) {
    let place = Location::caller();
    if kernel::modelled() {
        let never = kernel::exec::new_object(ObjKind::Cell, 0);
        let opts = WaitOpts { deadline: deadline(dur), spurious: false };
        kernel::exec::acquire(never, 1, 0, "sleep", place, opts);
    } else {
        kernel::native::op();
        kernel::native::blocking_at_most(dur, || std::thread::sleep(dur));
    }
}

/// See [`sleep`].
#[deprecated(since = "1.6.0", note = "replaced by `std::thread::sleep`")]
#[track_caller]
pub fn sleep_ms(ms: u32) {
    sleep(Duration::from_millis(u64::from(ms)));
}

/// Sleeps until this thread's token is there (or wakes for no reason), and takes it.
#[track_caller]
pub fn park() {
    park_inner(None, Location::caller());
}

/// Like [`park`], for at most `dur`.
#[track_caller]
pub fn park_timeout(dur: Duration) {
    park_inner(Some(dur), Location::caller());
}

/// See [`park_timeout`].
#[deprecated(since = "1.6.0", note = "replaced by `std::thread::park_timeout`")]
#[track_caller]
pub fn park_timeout_ms(ms: u32) {
    park_inner(Some(Duration::from_millis(u64::from(ms))), Location::caller());
}

fn park_inner(wait: Option<Duration>, place: kernel::Loc) {
    if kernel::modelled() {
        let id = kernel::exec::park_object(kernel::exec::current());
        let opts = WaitOpts { deadline: wait.and_then(deadline), spurious: true };
        kernel::exec::acquire(id, 1, 1, "park", place, opts);
        return;
    }
    kernel::native::op();
    if kernel::native::below(24) == 23 {
        // A spurious wake-up: std allows it at any time.
        return;
    }
    match wait {
        Some(d) => kernel::native::blocking_at_most(d, || std::thread::park_timeout(d)),
        None => {
            let w = kernel::native::Wait { what: "an unpark", object: 0, place };
            kernel::native::blocking(w, std::thread::park);
        }
    }
}

/// How much parallelism a program may count on; always 4 in a model execution.
pub fn available_parallelism() -> std::io::Result<std::num::NonZeroUsize> {
    if kernel::modelled() {
        Ok(std::num::NonZeroUsize::MIN.saturating_add(3))
    } else {
        std::thread::available_parallelism()
    }
}
