//! The owner is an atomic number; only the owner itself can find its own number there, so a relaxed look is enough. Those who
//! wait sleep on a condition variable.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Condvar, Mutex};

static NEXT_NUMBER: AtomicU64 = AtomicU64::new(1);

thread_local! {
    static MY_NUMBER: u64 = NEXT_NUMBER.fetch_add(1, Relaxed);
}

const NOBODY: u64 = 0;

pub struct ReentrantLock {
    owner: AtomicU64,
    depth: AtomicUsize,
    gate: Mutex<()>,
    freed: Condvar,
}

fn me() -> u64 {
    MY_NUMBER.with(|n| *n)
}

impl ReentrantLock {
    pub const fn new() -> Self {
        Self {
            owner: AtomicU64::new(NOBODY),
            depth: AtomicUsize::new(0),
            gate: Mutex::new(()),
            freed: Condvar::new(),
        }
    }

    fn is_mine(&self) -> bool {
        self.owner.load(Relaxed) == me()
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
        if !self.is_mine() && self.owner.compare_exchange(NOBODY, me(), Acquire, Relaxed).is_err() {
            return false;
        }
        self.depth.store(self.depth.load(Relaxed) + 1, Relaxed);
        true
    }

    pub fn release(&self) {
        if !self.is_mine() {
            panic!("this thread does not hold the lock");
        }
        let depth = self.depth.load(Relaxed) - 1;
        self.depth.store(depth, Relaxed);
        if depth == 0 {
            // Under the gate: nobody is between its look at the owner and its sleep.
            let _gate = self.gate.lock().unwrap();
            self.owner.store(NOBODY, Release);
            self.freed.notify_one();
        }
    }

    pub fn depth(&self) -> usize {
        if self.is_mine() { self.depth.load(Relaxed) } else { 0 }
    }
}

impl Default for ReentrantLock {
    fn default() -> Self {
        Self::new()
    }
}
