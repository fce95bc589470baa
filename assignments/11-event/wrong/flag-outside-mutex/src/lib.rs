//! Wrong: the flag is an atomic that `set` changes without the mutex.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

pub struct Event {
    flag: AtomicBool,
    mutex: Mutex<()>,
    changed: Condvar,
}

impl Event {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Event {
            flag: AtomicBool::new(false),
            mutex: Mutex::new(()),
            changed: Condvar::new(),
        }
    }

    pub fn set(&self) {
        self.flag.store(true, Ordering::SeqCst);
        self.changed.notify_all();
    }

    pub fn clear(&self) {
        self.flag.store(false, Ordering::SeqCst);
    }

    pub fn is_set(&self) -> bool {
        self.flag.load(Ordering::SeqCst)
    }

    pub fn wait(&self) {
        let mut guard = self.mutex.lock().unwrap();
        while !self.is_set() {
            guard = self.changed.wait(guard).unwrap();
        }
    }

    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        let deadline = Instant::now().checked_add(timeout);
        let mut guard = self.mutex.lock().unwrap();
        while !self.is_set() {
            let left = match deadline {
                Some(deadline) => deadline.saturating_duration_since(Instant::now()),
                None => Duration::MAX,
            };
            if left.is_zero() {
                return self.is_set();
            }
            guard = self.changed.wait_timeout(guard, left).unwrap().0;
        }
        true
    }
}
