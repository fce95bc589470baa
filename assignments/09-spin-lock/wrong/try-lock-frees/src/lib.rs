//! Bug: a refused `try_lock` undoes its swap, and so frees a lock that another thread holds.

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
        if self.locked.swap(true, Ordering::Acquire) {
            self.locked.store(false, Ordering::Release);
            return false;
        }
        true
    }

    pub fn unlock(&self) {
        self.locked.store(false, Ordering::Release);
    }
}
