//! A flag under a mutex, and a condition variable for those who wait.

use std::sync::{Condvar, Mutex};
use std::time::Duration;

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
        let mut flag = self.flag.lock().unwrap();
        while !*flag {
            let (woken, result) = self.changed.wait_timeout(flag, timeout).unwrap();
            flag = woken;
            if result.timed_out() {
                break;
            }
        }
        *flag
    }
}
