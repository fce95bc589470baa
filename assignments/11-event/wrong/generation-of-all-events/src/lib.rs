//! Bug: the generation is counted for all events together.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

static GENERATION: AtomicU64 = AtomicU64::new(0);

#[derive(Default)]
struct State {
    set: bool,
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
            GENERATION.fetch_add(1, SeqCst);
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
        let mine = GENERATION.load(SeqCst);
        drop(self.changed.wait_while(state, |s| !s.set && GENERATION.load(SeqCst) == mine).unwrap());
    }

    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let state = self.state.lock().unwrap();
        let mine = GENERATION.load(SeqCst);
        let (state, _) =
            self.changed.wait_timeout_while(state, timeout, |s| !s.set && GENERATION.load(SeqCst) == mine).unwrap();
        state.set || GENERATION.load(SeqCst) != mine
    }
}
