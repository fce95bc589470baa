//! Each `set` begins a new generation. Who waits leaves when the generation has changed, so a `set` that is followed by a
//! `clear` at once still lets everybody go.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

#[derive(Default)]
struct State {
    set: bool,
    generation: u64,
}

#[derive(Default)]
pub struct Event {
    state: Mutex<State>,
    changed: Condvar,
}

impl Event {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn set(&self) {
        {
            let mut state = self.state.lock().unwrap();
            state.set = true;
            state.generation += 1;
        }
        self.changed.notify_all();
    }

    pub fn clear(&self) {
        self.state.lock().unwrap().set = false;
    }

    pub fn is_set(&self) -> bool {
        self.state.lock().unwrap().set
    }

    pub fn wait(&self) {
        let state = self.state.lock().unwrap();
        let mine = state.generation;
        drop(
            self.changed
                .wait_while(state, |s| !s.set && s.generation == mine)
                .unwrap(),
        );
    }

    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let state = self.state.lock().unwrap();
        let mine = state.generation;
        let (state, _) = self
            .changed
            .wait_timeout_while(state, timeout, |s| !s.set && s.generation == mine)
            .unwrap();
        state.set || state.generation != mine
    }
}
