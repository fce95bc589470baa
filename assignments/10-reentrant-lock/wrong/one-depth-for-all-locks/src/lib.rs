//! Bug: a thread counts its depth in one thread-local for all locks.

use std::cell::Cell;
use std::sync::{Condvar, Mutex};

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

#[derive(Default)]
pub struct ReentrantLock {
    taken: Mutex<bool>,
    freed: Condvar,
}

impl ReentrantLock {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn acquire(&self) {
        if DEPTH.get() == 0 {
            *self
                .freed
                .wait_while(self.taken.lock().unwrap(), |taken| *taken)
                .unwrap() = true;
        }
        DEPTH.set(DEPTH.get() + 1);
    }

    pub fn try_acquire(&self) -> bool {
        if DEPTH.get() == 0 && std::mem::replace(&mut *self.taken.lock().unwrap(), true) {
            return false;
        }
        DEPTH.set(DEPTH.get() + 1);
        true
    }

    pub fn release(&self) {
        assert!(DEPTH.get() > 0, "not the holder");
        DEPTH.set(DEPTH.get() - 1);
        if DEPTH.get() == 0 {
            *self.taken.lock().unwrap() = false;
            self.freed.notify_one();
        }
    }

    pub fn depth(&self) -> usize {
        DEPTH.get()
    }
}
