//! Assignment 11: an event.
//!
//! This version compiles, but nobody who waits is ever woken by `set`, and `wait` believes every wake-up.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

pub struct Event {
    flag: Mutex<bool>,
    changed: Condvar,
}

impl Event {
    /// An event that is not set.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Event {
            flag: Mutex::new(false),
            changed: Condvar::new(),
        }
    }

    /// Sets it: everyone who waits goes on.
    pub fn set(&self) {
        // TODO: tell those who wait.
        *self.flag.lock().unwrap() = true;
    }

    /// Takes the flag down again.
    pub fn clear(&self) {
        *self.flag.lock().unwrap() = false;
    }

    /// Is it set?
    pub fn is_set(&self) -> bool {
        *self.flag.lock().unwrap()
    }

    /// Returns when it is set.
    pub fn wait(&self) {
        // TODO: can a thread wake up although nobody called `set`?
        let flag = self.flag.lock().unwrap();
        if !*flag {
            drop(self.changed.wait(flag).unwrap());
        }
    }

    /// Returns true when it is set, false when it is not set and `timeout` is over.
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        // TODO: wait here too.
        let _ = timeout;
        self.is_set()
    }
}
