//! Relaxed accesses, ordered by fences of their own.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicUsize, Ordering::Acquire, Ordering::Relaxed, Ordering::Release, fence};

pub struct SpinLock(AtomicUsize);

impl SpinLock {
    pub fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    pub fn lock(&self) {
        while !self.try_lock() {
            spin_loop();
        }
    }

    pub fn try_lock(&self) -> bool {
        let taken = self.0.fetch_or(1, Relaxed) == 0;
        if taken {
            fence(Acquire);
        }
        taken
    }

    pub fn unlock(&self) {
        fence(Release);
        self.0.store(0, Relaxed);
    }
}

impl Default for SpinLock {
    fn default() -> Self {
        Self::new()
    }
}
