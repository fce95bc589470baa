//! Bug: the ticket is read, then counted up: two threads can draw the same one.

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
        let mine = self.next.load(Ordering::SeqCst);
        self.next.fetch_add(1, Ordering::SeqCst);
        while self.serving.load(Ordering::SeqCst) != mine {
            spin_loop();
        }
    }

    pub fn try_lock(&self) -> bool {
        let serving = self.serving.load(Ordering::SeqCst);
        self.next
            .compare_exchange(serving, serving + 1, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok()
    }

    pub fn unlock(&self) {
        self.serving.fetch_add(1, Ordering::SeqCst);
    }
}
