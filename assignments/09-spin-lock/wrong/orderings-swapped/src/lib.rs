//! Bug: Release to take the lock, Acquire to free it: the wrong way round.

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
        while self.locked.swap(true, Ordering::Release) {
            spin_loop();
        }
    }

    pub fn try_lock(&self) -> bool {
        !self.locked.swap(true, Ordering::Release)
    }

    pub fn unlock(&self) {
        self.locked.swap(false, Ordering::Acquire);
    }
}
