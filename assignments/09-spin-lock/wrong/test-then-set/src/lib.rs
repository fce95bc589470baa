//! Bug: looks at the flag, then sets it: two threads can both see it free.

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
        while self.locked.load(Ordering::SeqCst) {
            std::hint::spin_loop();
        }
        self.locked.store(true, Ordering::SeqCst);
    }

    pub fn try_lock(&self) -> bool {
        !self.locked.swap(true, Ordering::SeqCst)
    }

    pub fn unlock(&self) {
        self.locked.store(false, Ordering::SeqCst);
    }
}
