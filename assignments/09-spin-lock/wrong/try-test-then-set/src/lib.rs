//! Bug: `lock` is right, `try_lock` looks first and sets afterwards.

use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Debug, Default)]
pub struct SpinLock {
    locked: AtomicBool,
}

impl SpinLock {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn lock(&self) {
        while self.locked.swap(true, Ordering::AcqRel) {
            std::thread::yield_now();
        }
    }

    pub fn try_lock(&self) -> bool {
        if self.locked.load(Ordering::Acquire) {
            return false;
        }
        self.locked.store(true, Ordering::Release);
        true
    }

    pub fn unlock(&self) {
        self.locked.store(false, Ordering::Release);
    }
}
