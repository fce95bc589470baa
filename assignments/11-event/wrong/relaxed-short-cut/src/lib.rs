//! Wrong: `wait` first looks at a copy of the flag, with `Ordering::Relaxed`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

#[derive(Default)]
pub struct Event {
    copy: AtomicBool,
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
        self.copy.store(true, Ordering::Relaxed);
        self.changed.notify_all();
    }

    pub fn clear(&self) {
        let mut flag = self.flag.lock().unwrap();
        *flag = false;
        self.copy.store(false, Ordering::Relaxed);
    }

    pub fn is_set(&self) -> bool {
        *self.flag.lock().unwrap()
    }

    pub fn wait(&self) {
        if self.copy.load(Ordering::Relaxed) {
            return;
        }
        let flag = self.flag.lock().unwrap();
        drop(self.changed.wait_while(flag, |set| !*set).unwrap());
    }

    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let flag = self.flag.lock().unwrap();
        let (flag, _) = self
            .changed
            .wait_timeout_while(flag, timeout, |set| !*set)
            .unwrap();
        *flag
    }
}
