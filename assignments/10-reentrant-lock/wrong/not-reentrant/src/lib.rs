//! Bug: a second acquire by the holder waits for the holder.

use std::sync::{Condvar, Mutex};
use std::thread::{self, ThreadId};

#[derive(Default)]
pub struct ReentrantLock {
    holder: Mutex<Option<ThreadId>>,
    freed: Condvar,
}

impl ReentrantLock {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn acquire(&self) {
        let holder = self.holder.lock().unwrap();
        let mut holder = self.freed.wait_while(holder, |holder| holder.is_some()).unwrap();
        *holder = Some(thread::current().id());
    }

    pub fn try_acquire(&self) -> bool {
        let mut holder = self.holder.lock().unwrap();
        let free = holder.is_none();
        if free {
            *holder = Some(thread::current().id());
        }
        free
    }

    pub fn release(&self) {
        let mut holder = self.holder.lock().unwrap();
        if *holder != Some(thread::current().id()) {
            drop(holder);
            panic!("not the holder");
        }
        *holder = None;
        self.freed.notify_one();
    }

    pub fn depth(&self) -> usize {
        usize::from(*self.holder.lock().unwrap() == Some(thread::current().id()))
    }
}
