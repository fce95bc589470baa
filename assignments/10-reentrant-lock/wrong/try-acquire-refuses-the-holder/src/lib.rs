//! Bug: `try_acquire` asks only whether the lock is free; its holder is refused.

use std::sync::{Condvar, Mutex};
use std::thread::{self, ThreadId};

#[derive(Default)]
pub struct ReentrantLock {
    state: Mutex<(Option<ThreadId>, usize)>,
    freed: Condvar,
}

impl ReentrantLock {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn acquire(&self) {
        let me = thread::current().id();
        let mut state = self.state.lock().unwrap();
        while state.0.is_some_and(|owner| owner != me) {
            state = self.freed.wait(state).unwrap();
        }
        *state = (Some(me), state.1 + 1);
    }

    pub fn try_acquire(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        let free = state.0.is_none();
        if free {
            *state = (Some(thread::current().id()), 1);
        }
        free
    }

    pub fn release(&self) {
        let mut state = self.state.lock().unwrap();
        if state.0 != Some(thread::current().id()) {
            drop(state);
            panic!("not the holder");
        }
        state.1 -= 1;
        if state.1 == 0 {
            state.0 = None;
            self.freed.notify_one();
        }
    }

    pub fn depth(&self) -> usize {
        let state = self.state.lock().unwrap();
        if state.0 == Some(thread::current().id()) {
            state.1
        } else {
            0
        }
    }
}
