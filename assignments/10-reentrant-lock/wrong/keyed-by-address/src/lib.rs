//! Bug: each thread counts its depth by the lock's address; a lock that moves, or another one at the same place, gets the wrong count.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Condvar, Mutex};

thread_local! {
    static DEPTHS: RefCell<HashMap<usize, usize>> = RefCell::new(HashMap::new());
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

    fn set_depth(&self, depth: usize) {
        DEPTHS.with_borrow_mut(|depths| depths.insert(self as *const Self as usize, depth));
    }

    pub fn acquire(&self) {
        let depth = self.depth();
        if depth == 0 {
            *self
                .freed
                .wait_while(self.taken.lock().unwrap(), |taken| *taken)
                .unwrap() = true;
        }
        self.set_depth(depth + 1);
    }

    pub fn try_acquire(&self) -> bool {
        let depth = self.depth();
        if depth == 0 && std::mem::replace(&mut *self.taken.lock().unwrap(), true) {
            return false;
        }
        self.set_depth(depth + 1);
        true
    }

    pub fn release(&self) {
        let depth = self.depth();
        assert!(depth > 0, "not the holder");
        self.set_depth(depth - 1);
        if depth == 1 {
            *self.taken.lock().unwrap() = false;
            self.freed.notify_one();
        }
    }

    pub fn depth(&self) -> usize {
        DEPTHS.with_borrow(|depths| depths.get(&(self as *const Self as usize)).copied().unwrap_or(0))
    }
}
