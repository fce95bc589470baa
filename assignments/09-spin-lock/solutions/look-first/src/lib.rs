//! Looks before it tries, so that waiting threads only read (test and test-and-set).

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::thread;

const FREE: u32 = 0;
const TAKEN: u32 = 1;

pub struct SpinLock {
    state: AtomicU32,
}

impl SpinLock {
    pub const fn new() -> Self {
        Self {
            state: AtomicU32::new(FREE),
        }
    }

    pub fn lock(&self) {
        loop {
            // Weak is fine here: a spurious failure is one more round.
            if self.state.compare_exchange_weak(FREE, TAKEN, Acquire, Relaxed).is_ok() {
                return;
            }
            while {
                thread::yield_now();
                self.state.load(Relaxed) == TAKEN
            } {}
        }
    }

    pub fn try_lock(&self) -> bool {
        self.state.compare_exchange(FREE, TAKEN, Acquire, Relaxed).is_ok()
    }

    pub fn unlock(&self) {
        self.state.store(FREE, Release);
    }
}

impl Default for SpinLock {
    fn default() -> Self {
        Self::new()
    }
}
