//! Bug: `acquire` tries again and again instead of sleeping.

use std::sync::Mutex;
use std::thread::{self, ThreadId};

#[derive(Default)]
pub struct ReentrantLock {
    state: Mutex<(Option<ThreadId>, usize)>,
}

impl ReentrantLock {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn acquire(&self) {
        while !self.try_acquire() {
            thread::yield_now();
        }
    }

    pub fn try_acquire(&self) -> bool {
        let me = thread::current().id();
        let mut state = self.state.lock().unwrap();
        let mine = state.0.is_none_or(|owner| owner == me);
        if mine {
            *state = (Some(me), state.1 + 1);
        }
        mine
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
