//! Bug: the flag is a u8 that counts the sets and wraps.

use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

#[derive(Debug, Default)]
pub struct Event {
    flag: Mutex<u8>,
    changed: Condvar,
}

impl Event {
    pub fn new() -> Self {
        Event::default()
    }

    pub fn set(&self) {
        let mut flag = self.flag.lock().unwrap();
        *flag = flag.wrapping_add(1);
        self.changed.notify_all();
    }

    pub fn clear(&self) {
        *self.flag.lock().unwrap() = 0;
    }

    pub fn is_set(&self) -> bool {
        *self.flag.lock().unwrap() != 0
    }

    pub fn wait(&self) {
        let mut flag = self.flag.lock().unwrap();
        while *flag == 0 {
            flag = self.changed.wait(flag).unwrap();
        }
    }

    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let deadline = Instant::now().checked_add(timeout);
        let mut flag = self.flag.lock().unwrap();
        while *flag == 0 {
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
        *flag != 0
    }
}
