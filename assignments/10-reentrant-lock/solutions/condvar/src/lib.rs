//! Owner and depth together under one mutex, and a condition variable for those who wait.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

#[derive(Debug, Default)]
pub struct ReentrantLock {
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    owner: Option<ThreadId>,
    depth: usize,
}

impl State {
    fn enter(&mut self) -> bool {
        let me = thread::current().id();
        if self.owner.is_some_and(|owner| owner != me) {
            return false;
        }
        self.owner = Some(me);
        self.depth += 1;
        true
    }
}

impl ReentrantLock {
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn acquire(&self) {
        let mut state = self.state();
        while !state.enter() {
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub fn try_acquire(&self) -> bool {
        self.state().enter()
    }

    pub fn release(&self) {
        let mut state = self.state();
        assert!(
            state.owner == Some(thread::current().id()),
            "release() by a thread that does not hold the lock"
        );
        state.depth -= 1;
        if state.depth == 0 {
            state.owner = None;
            drop(state);
            self.freed.notify_one();
        }
    }

    pub fn depth(&self) -> usize {
        let state = self.state();
        if state.owner == Some(thread::current().id()) {
            state.depth
        } else {
            0
        }
    }
}
