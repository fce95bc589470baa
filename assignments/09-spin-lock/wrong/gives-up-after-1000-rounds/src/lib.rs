//! Bug: lock returns after 1000 rounds, with the lock or without.

use std::hint;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Debug, Default)]
pub struct SpinLock {
    locked: AtomicBool,
}

impl SpinLock {
    pub const fn new() -> Self {
        SpinLock { locked: AtomicBool::new(false) }
    }

    pub fn lock(&self) {
        for _ in 0..1000 {
            if !self.locked.swap(true, Ordering::Acquire) {
                return;
            }
            hint::spin_loop();
        }
    }

    pub fn try_lock(&self) -> bool {
        !self.locked.swap(true, Ordering::Acquire)
    }

    pub fn unlock(&self) {
        self.locked.store(false, Ordering::Release);
    }
}
