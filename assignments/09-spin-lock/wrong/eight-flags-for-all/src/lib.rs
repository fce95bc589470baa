//! Bug: the flag is one of eight in a static table: the ninth lock is the first one again.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

static FLAGS: [AtomicBool; 8] = [const { AtomicBool::new(false) }; 8];
static NEXT: AtomicUsize = AtomicUsize::new(0);

pub struct SpinLock {
    flag: &'static AtomicBool,
}

impl SpinLock {
    pub fn new() -> Self {
        let flag = &FLAGS[NEXT.fetch_add(1, Ordering::Relaxed) % FLAGS.len()];
        flag.store(false, Ordering::Relaxed);
        SpinLock { flag }
    }

    pub fn lock(&self) {
        while self.flag.swap(true, Ordering::Acquire) {
            std::hint::spin_loop();
        }
    }

    pub fn try_lock(&self) -> bool {
        !self.flag.swap(true, Ordering::Acquire)
    }

    pub fn unlock(&self) {
        self.flag.store(false, Ordering::Release);
    }
}
