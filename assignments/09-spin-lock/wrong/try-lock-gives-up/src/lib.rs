//! Bug: counts in, and out again when refused. While one refused thread is still counted,
//! another one is refused although nobody holds the lock.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Default)]
pub struct SpinLock {
    inside: AtomicUsize,
}

impl SpinLock {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn lock(&self) {
        while !self.try_lock() {
            spin_loop();
        }
    }

    pub fn try_lock(&self) -> bool {
        if self.inside.fetch_add(1, Ordering::AcqRel) == 0 {
            return true;
        }
        self.inside.fetch_sub(1, Ordering::AcqRel);
        false
    }

    pub fn unlock(&self) {
        self.inside.fetch_sub(1, Ordering::AcqRel);
    }
}
