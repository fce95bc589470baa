//! Bug: a timeout of a minute or more is cut to whole seconds.

use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

#[derive(Debug, Default)]
pub struct Event {
    flag: Mutex<bool>,
    changed: Condvar,
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
        let deadline = Instant::now().checked_add(if timeout.as_secs() >= 60 {
            Duration::from_secs(timeout.as_secs())
        } else {
            timeout
        });
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
