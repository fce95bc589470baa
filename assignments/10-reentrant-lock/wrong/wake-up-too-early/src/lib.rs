//! Bug: the owner is an atomic that is looked at outside of the mutex which the wait uses: the notification can come between the
//! look and the sleep.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Condvar, Mutex};
use std::thread::{self, ThreadId};

#[derive(Default)]
pub struct ReentrantLock {
    taken: AtomicBool,
    owner: Mutex<Option<ThreadId>>,
    depth: AtomicUsize,
    sleep: Mutex<()>,
    freed: Condvar,
}

impl ReentrantLock {
    pub fn new() -> Self {
        Self::default()
    }

    fn is_mine(&self) -> bool {
        *self.owner.lock().unwrap() == Some(thread::current().id())
    }

    pub fn acquire(&self) {
        while !self.try_acquire() {
            let guard = self.sleep.lock().unwrap();
            drop(self.freed.wait(guard).unwrap());
        }
    }

    pub fn try_acquire(&self) -> bool {
        if !self.is_mine() {
            if self.taken.swap(true, SeqCst) {
                return false;
            }
            *self.owner.lock().unwrap() = Some(thread::current().id());
        }
        self.depth.fetch_add(1, SeqCst);
        true
    }

    pub fn release(&self) {
        if !self.is_mine() {
            panic!("not the holder");
        }
        if self.depth.fetch_sub(1, SeqCst) == 1 {
            *self.owner.lock().unwrap() = None;
            self.taken.store(false, SeqCst);
            self.freed.notify_one();
        }
    }

    pub fn depth(&self) -> usize {
        if self.is_mine() { self.depth.load(SeqCst) } else { 0 }
    }
}
