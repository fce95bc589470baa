//! Bug: release counts down first and looks who called it afterwards: a refused release changes the depth.

use std::sync::{Condvar, Mutex, PoisonError};
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
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.0.is_some_and(|owner| owner != me) {
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        *state = (Some(me), state.1 + 1);
    }

    pub fn try_acquire(&self) -> bool {
        let me = thread::current().id();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = state.0.is_none_or(|owner| owner == me);
        if mine {
            *state = (Some(me), state.1 + 1);
        }
        mine
    }

    pub fn release(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.1 = state.1.checked_sub(1).expect("the lock is free");
        assert_eq!(state.0, Some(thread::current().id()), "not the holder");
        if state.1 == 0 {
            state.0 = None;
            self.freed.notify_one();
        }
    }

    pub fn depth(&self) -> usize {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.0 == Some(thread::current().id()) {
            state.1
        } else {
            0
        }
    }
}
