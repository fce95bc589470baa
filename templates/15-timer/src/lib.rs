//! Assignment 15: a timer that can be cancelled.
//!
//! This version compiles, but cancelling it changes nothing.

use std::thread::JoinHandle;
use std::time::Duration;

pub struct Timer {
    thread: JoinHandle<()>,
}

impl Timer {
    /// Calls `f` once `delay` is over. Does not wait for it.
    pub fn start<F>(delay: Duration, f: F) -> Self
    where
        F: FnOnce() + Send + 'static,
    {
        let thread = std::thread::spawn(move || {
            // TODO: how can `cancel` end this sleep?
            std::thread::sleep(delay);
            f();
        });
        Timer { thread }
    }

    /// True: `f` will never run, because of this call.
    pub fn cancel(&self) -> bool {
        // TODO
        false
    }

    /// Is it over: cancelled, or `f` has returned or panicked?
    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits until it is over. Did `f` run?
    pub fn join(self) -> bool {
        // TODO: what if `f` panics?
        self.thread.join().unwrap();
        true
    }
}
