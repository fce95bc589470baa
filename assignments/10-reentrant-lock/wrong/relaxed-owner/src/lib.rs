//! Bug: the owner is taken and given back with Relaxed: the next holder need not see what the one before wrote.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Condvar, Mutex};

static NEXT_NUMBER: AtomicU64 = AtomicU64::new(1);

thread_local! {
    static MY_NUMBER: u64 = NEXT_NUMBER.fetch_add(1, Relaxed);
}

#[derive(Default)]
pub struct ReentrantLock {
    owner: AtomicU64,
    depth: AtomicUsize,
    gate: Mutex<()>,
    freed: Condvar,
}

impl ReentrantLock {
    pub fn new() -> Self {
        Self::default()
    }

    fn is_mine(&self) -> bool {
        self.owner.load(Relaxed) == MY_NUMBER.with(|n| *n)
    }

    pub fn acquire(&self) {
        if self.try_acquire() {
            return;
        }
        let mut gate = self.gate.lock().unwrap();
        while !self.try_acquire() {
            gate = self.freed.wait(gate).unwrap();
        }
    }

    pub fn try_acquire(&self) -> bool {
        let me = MY_NUMBER.with(|n| *n);
        if !self.is_mine() && self.owner.compare_exchange(0, me, Relaxed, Relaxed).is_err() {
            return false;
        }
        self.depth.fetch_add(1, Relaxed);
        true
    }

    pub fn release(&self) {
        if !self.is_mine() {
            panic!("not the holder");
        }
        if self.depth.fetch_sub(1, Relaxed) == 1 {
            let _gate = self.gate.lock().unwrap();
            self.owner.store(0, Relaxed);
            self.freed.notify_one();
        }
    }

    pub fn depth(&self) -> usize {
        if self.is_mine() { self.depth.load(Relaxed) } else { 0 }
    }
}
