//! Wrong: the flag is a number that `set` raises and `clear` lowers.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

#[derive(Default)]
pub struct Event {
    sets: Mutex<usize>,
    changed: Condvar,
}

impl Event {
    pub fn new() -> Self {
        Event::default()
    }

    pub fn set(&self) {
        *self.sets.lock().unwrap() += 1;
        self.changed.notify_all();
    }

    pub fn clear(&self) {
        let mut sets = self.sets.lock().unwrap();
        *sets = sets.saturating_sub(1);
    }

    pub fn is_set(&self) -> bool {
        *self.sets.lock().unwrap() > 0
    }

    pub fn wait(&self) {
        let sets = self.sets.lock().unwrap();
        drop(self.changed.wait_while(sets, |n| *n == 0).unwrap());
    }

    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let sets = self.sets.lock().unwrap();
        let (sets, _) = self
            .changed
            .wait_timeout_while(sets, timeout, |n| *n == 0)
            .unwrap();
        *sets > 0
    }
}
