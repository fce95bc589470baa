//! Bug: one thread at a time waits with a timeout, so the second one waits for both times.

use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

#[derive(Debug, Default)]
pub struct Event {
    flag: Mutex<bool>,
    changed: Condvar,
    turn: Mutex<()>,
}

impl Event {
    pub fn new() -> Self {
        Event::default()
    }

    pub fn set(&self) {
        let mut flag = self.flag.lock().unwrap();
        *flag = true;
        self.changed.notify_all();
    }

    pub fn clear(&self) {
        *self.flag.lock().unwrap() = false;
    }

    pub fn is_set(&self) -> bool {
        *self.flag.lock().unwrap()
    }

    pub fn wait(&self) {
        let mut flag = self.flag.lock().unwrap();
        while !*flag {
            flag = self.changed.wait(flag).unwrap();
        }
    }

    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let _turn = self.turn.lock().unwrap();
        let deadline = Instant::now().checked_add(timeout);
        let mut flag = self.flag.lock().unwrap();
        while !*flag {
            let Some(deadline) = deadline else {
                // So far away that it never comes.
                flag = self.changed.wait(flag).unwrap();
                continue;
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            flag = self.changed.wait_timeout(flag, left).unwrap().0;
        }
        *flag
    }
}
