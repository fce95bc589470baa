//! Bug: a second set takes the flag down again.

use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};
pub struct Event {
    flag: Mutex<bool>,
    c: Condvar,
}
impl Event {
    pub fn new() -> Self {
        Event { flag: Mutex::new(false), c: Condvar::new() }
    }
    pub fn set(&self) {
        let mut flag = self.flag.lock().unwrap();
        *flag = !*flag;
        self.c.notify_all();
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
            flag = self.c.wait(flag).unwrap();
        }
    }
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let Some(deadline) = Instant::now().checked_add(timeout) else {
            self.wait();
            return true;
        };
        let mut flag = self.flag.lock().unwrap();
        while !*flag {
            let now = Instant::now();
            if now >= deadline {
                return false;
            }
            (flag, _) = self.c.wait_timeout(flag, deadline - now).unwrap();
        }
        true
    }
}
