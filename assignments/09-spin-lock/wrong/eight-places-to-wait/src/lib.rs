//! Bug: each waits at a place of its own, but there are eight places for any number of threads.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const SLOTS: usize = 8;

pub struct SpinLock {
    turn: [AtomicBool; SLOTS],
    tail: AtomicUsize,
    head: AtomicUsize,
}

impl SpinLock {
    pub fn new() -> Self {
        let turn = [const { AtomicBool::new(false) }; SLOTS];
        turn[0].store(true, Ordering::SeqCst);
        SpinLock { turn, tail: AtomicUsize::new(0), head: AtomicUsize::new(0) }
    }

    pub fn lock(&self) {
        let slot = self.tail.fetch_add(1, Ordering::SeqCst);
        while !self.turn[slot % SLOTS].load(Ordering::SeqCst) {
            std::hint::spin_loop();
        }
        self.head.store(slot, Ordering::SeqCst);
    }

    pub fn try_lock(&self) -> bool {
        let slot = self.tail.load(Ordering::SeqCst);
        let got = self.turn[slot % SLOTS].load(Ordering::SeqCst)
            && self.tail.compare_exchange(slot, slot + 1, Ordering::SeqCst, Ordering::SeqCst).is_ok();
        if got {
            self.head.store(slot, Ordering::SeqCst);
        }
        got
    }

    pub fn unlock(&self) {
        let slot = self.head.load(Ordering::SeqCst);
        self.turn[slot % SLOTS].store(false, Ordering::SeqCst);
        self.turn[(slot + 1) % SLOTS].store(true, Ordering::SeqCst);
    }
}
