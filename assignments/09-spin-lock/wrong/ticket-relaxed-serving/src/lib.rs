//! Bug: a ticket lock that reads `serving` relaxed. Drawing the ticket with AcqRel does not help:
//! the holder before never writes `next`.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Default)]
pub struct SpinLock {
    next: AtomicUsize,
    serving: AtomicUsize,
}

impl SpinLock {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn lock(&self) {
        let mine = self.next.fetch_add(1, Ordering::AcqRel);
        while self.serving.load(Ordering::Relaxed) != mine {
            spin_loop();
        }
    }

    pub fn try_lock(&self) -> bool {
        let serving = self.serving.load(Ordering::Acquire);
        self.next
            .compare_exchange(serving, serving + 1, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
    }

    pub fn unlock(&self) {
        self.serving.fetch_add(1, Ordering::Release);
    }
}
