//! Sequentially consistent accesses, and longer and longer pauses.

use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use std::{hint, thread};

#[derive(Default)]
pub struct SpinLock {
    holders: AtomicU8,
}

impl SpinLock {
    pub fn new() -> Self {
        Default::default()
    }

    pub fn lock(&self) {
        let mut pause = 1;
        while self
            .holders
            .fetch_update(SeqCst, SeqCst, |n| (n == 0).then_some(1))
            .is_err()
        {
            for _ in 0..pause {
                hint::spin_loop();
            }
            if pause < 8 {
                pause *= 2;
            } else {
                thread::yield_now();
            }
        }
    }

    pub fn try_lock(&self) -> bool {
        self.holders.compare_exchange(0, 1, SeqCst, SeqCst).is_ok()
    }

    pub fn unlock(&self) {
        self.holders.fetch_sub(1, SeqCst);
    }
}
