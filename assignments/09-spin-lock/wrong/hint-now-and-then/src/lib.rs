//! Bug: gives way only after a hundred rounds.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

#[derive(Default)]
pub struct SpinLock {
    locked: AtomicBool,
}

impl SpinLock {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn lock(&self) {
        let mut rounds = 0;
        while self.locked.swap(true, Ordering::Acquire) {
            rounds += 1;
            if rounds % 100 == 0 {
                thread::yield_now();
            }
        }
    }

    pub fn try_lock(&self) -> bool {
        !self.locked.swap(true, Ordering::Acquire)
    }

    pub fn unlock(&self) {
        self.locked.store(false, Ordering::Release);
    }
}
