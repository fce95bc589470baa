//! Bug: threads are told apart by their names, and names may repeat.

use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Default)]
pub struct ReentrantLock {
    state: Mutex<(Option<String>, usize)>,
    freed: Condvar,
}

fn me() -> String {
    thread::current().name().unwrap_or("?").to_string()
}

impl ReentrantLock {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn acquire(&self) {
        let state = self.state.lock().unwrap();
        let mut state = self
            .freed
            .wait_while(state, |s| s.0.as_ref().is_some_and(|owner| *owner != me()))
            .unwrap();
        state.0 = Some(me());
        state.1 += 1;
    }

    pub fn try_acquire(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        if state.0.as_ref().is_some_and(|owner| *owner != me()) {
            return false;
        }
        state.0 = Some(me());
        state.1 += 1;
        true
    }

    pub fn release(&self) {
        let mut state = self.state.lock().unwrap();
        if state.0 != Some(me()) {
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
        if state.0 == Some(me()) { state.1 } else { 0 }
    }
}
