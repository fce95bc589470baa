//! Bug: release does nothing while a panic unwinds.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

#[derive(Default)]
pub struct ReentrantLock {
    stack: Mutex<Vec<ThreadId>>,
    freed: Condvar,
}

impl ReentrantLock {
    pub fn new() -> Self {
        Self::default()
    }

    fn stack(&self) -> MutexGuard<'_, Vec<ThreadId>> {
        self.stack.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn acquire(&self) {
        let me = thread::current().id();
        let mut stack = self
            .freed
            .wait_while(self.stack(), |stack| stack.first().is_some_and(|owner| *owner != me))
            .unwrap_or_else(PoisonError::into_inner);
        stack.push(me);
    }

    pub fn try_acquire(&self) -> bool {
        let me = thread::current().id();
        let mut stack = self.stack();
        let mine = stack.iter().all(|owner| *owner == me);
        if mine {
            stack.push(me);
        }
        mine
    }

    pub fn release(&self) {
        let me = thread::current().id();
        let mut stack = self.stack();
        if stack.last() != Some(&me) {
            panic!("not the holder");
        }
        if thread::panicking() {
            return;
        }
        stack.pop();
        if stack.is_empty() {
            self.freed.notify_one();
        }
    }

    pub fn depth(&self) -> usize {
        let me = thread::current().id();
        self.stack().iter().filter(|owner| **owner == me).count()
    }
}
