//! Bug: `try_lock` waits for the lock and always says true.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Default)]
pub struct SpinLock {
    locked: AtomicBool,
}

impl SpinLock {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn lock(&self) {
        while self.locked.swap(true, Ordering::Acquire) {
            spin_loop();
        }
    }

    pub fn try_lock(&self) -> bool {
        self.lock();
        true
    }

    pub fn unlock(&self) {
        self.locked.store(false, Ordering::Release);
    }
}
