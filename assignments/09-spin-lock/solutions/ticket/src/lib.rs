//! A ticket lock: threads get the lock in the order in which they asked for it.

use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Default)]
pub struct SpinLock {
    next: AtomicUsize,
    serving: AtomicUsize,
}

impl SpinLock {
    pub fn new() -> Self {
        Self {
            next: AtomicUsize::new(0),
            serving: AtomicUsize::new(0),
        }
    }

    pub fn lock(&self) {
        let mine = self.next.fetch_add(1, Ordering::Relaxed);
        while self.serving.load(Ordering::Acquire) != mine {
            std::hint::spin_loop();
        }
    }

    pub fn try_lock(&self) -> bool {
        // Draw a ticket only if it is the one being served.
        let serving = self.serving.load(Ordering::Acquire);
        self.next
            .compare_exchange(serving, serving.wrapping_add(1), Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
    }

    pub fn unlock(&self) {
        // Only the holder writes `serving`.
        let mine = self.serving.load(Ordering::Relaxed);
        self.serving.store(mine.wrapping_add(1), Ordering::Release);
    }
}
