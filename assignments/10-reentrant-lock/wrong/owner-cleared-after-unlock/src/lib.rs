//! Bug: the lock is freed first and the owner cleared afterwards. Another thread may have become the owner in between, and is
//! forgotten.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Condvar, Mutex};

static NEXT: AtomicU64 = AtomicU64::new(1);

thread_local! {
    static ME: u64 = NEXT.fetch_add(1, SeqCst);
}

#[derive(Default)]
pub struct ReentrantLock {
    taken: Mutex<bool>,
    freed: Condvar,
    owner: AtomicU64,
    depth: AtomicUsize,
}

impl ReentrantLock {
    pub fn new() -> Self {
        Self::default()
    }

    fn is_mine(&self) -> bool {
        self.owner.load(SeqCst) == ME.with(|me| *me)
    }

    pub fn acquire(&self) {
        if !self.is_mine() {
            let taken = self.taken.lock().unwrap();
            *self.freed.wait_while(taken, |taken| *taken).unwrap() = true;
            self.owner.store(ME.with(|me| *me), SeqCst);
        }
        self.depth.fetch_add(1, SeqCst);
    }

    pub fn try_acquire(&self) -> bool {
        if !self.is_mine() {
            let mut taken = self.taken.lock().unwrap();
            if *taken {
                return false;
            }
            *taken = true;
            self.owner.store(ME.with(|me| *me), SeqCst);
        }
        self.depth.fetch_add(1, SeqCst);
        true
    }

    pub fn release(&self) {
        if !self.is_mine() {
            panic!("not the holder");
        }
        if self.depth.fetch_sub(1, SeqCst) == 1 {
            *self.taken.lock().unwrap() = false;
            self.freed.notify_one();
            self.owner.store(0, SeqCst);
        }
    }

    pub fn depth(&self) -> usize {
        if self.is_mine() { self.depth.load(SeqCst) } else { 0 }
    }
}
