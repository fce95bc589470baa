//! Each thread counts for itself how often it holds which lock; the lock proper is a flag that knows no owner.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex};

thread_local! {
    static DEPTHS: RefCell<HashMap<u64, usize>> = RefCell::new(HashMap::new());
}

/// Never used twice, unlike an address.
static NEXT_ID: AtomicU64 = AtomicU64::new(0);

pub struct ReentrantLock {
    id: u64,
    taken: Mutex<bool>,
    freed: Condvar,
}

impl ReentrantLock {
    pub fn new() -> Self {
        Self {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            taken: Mutex::new(false),
            freed: Condvar::new(),
        }
    }

    fn set_depth(&self, depth: usize) {
        DEPTHS.with_borrow_mut(|depths| match depth {
            0 => depths.remove(&self.id),
            _ => depths.insert(self.id, depth),
        });
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
        match self.depth() {
            0 => panic!("release() by a thread that does not hold the lock"),
            1 => {
                self.set_depth(0);
                *self.taken.lock().unwrap() = false;
                self.freed.notify_one();
            }
            depth => self.set_depth(depth - 1),
        }
    }

    pub fn depth(&self) -> usize {
        DEPTHS.with_borrow(|depths| depths.get(&self.id).copied().unwrap_or(0))
    }
}

impl Default for ReentrantLock {
    fn default() -> Self {
        Self::new()
    }
}
