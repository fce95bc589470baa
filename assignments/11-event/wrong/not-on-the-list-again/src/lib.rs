//! Assignment 11: who is taken from the list and goes on waiting is not put on it again.

use std::sync::Mutex;
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

struct State {
    set: bool,
    waiting: Vec<Thread>,
}

pub struct Event {
    state: Mutex<State>,
}

impl Event {
    /// An event that is not set.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Event {
            state: Mutex::new(State {
                set: false,
                waiting: Vec::new(),
            }),
        }
    }

    /// Sets it: everyone who waits goes on.
    pub fn set(&self) {
        let mut state = self.state.lock().unwrap();
        state.set = true;
        for thread in state.waiting.drain(..) {
            thread.unpark();
        }
    }

    /// Takes the flag down again.
    pub fn clear(&self) {
        self.state.lock().unwrap().set = false;
    }

    /// Is it set?
    pub fn is_set(&self) -> bool {
        self.state.lock().unwrap().set
    }

    /// Puts this thread on the list, or returns false if the event is set.
    fn join(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        if !state.set {
            state.waiting.push(thread::current());
        }
        !state.set
    }

    /// Returns when it is set.
    pub fn wait(&self) {
        if !self.join() {
            return;
        }
        while !self.is_set() {
            thread::park();
        }
    }

    /// Returns true when it is set, false when it is not set and `timeout` is over.
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let start = Instant::now();
        if !self.join() {
            return true;
        }
        loop {
            let mut state = self.state.lock().unwrap();
            if state.set {
                return true;
            }
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                let me = thread::current().id();
                state.waiting.retain(|thread| thread.id() != me);
                return false;
            }
            drop(state);
            thread::park_timeout(left);
        }
    }
}
