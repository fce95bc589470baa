//! Bug: there are at most sixteen sleepers on the list.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

pub struct Event {
    flag: AtomicBool,
    sleepers: Mutex<Vec<Thread>>,
}

impl Default for Event {
    fn default() -> Self {
        Event::new()
    }
}

impl Event {
    pub fn new() -> Self {
        Event { flag: AtomicBool::new(false), sleepers: Mutex::new(Vec::new()) }
    }

    pub fn set(&self) {
        // The flag first: who is not in the list yet looks at the flag once it is.
        self.flag.store(true, Ordering::SeqCst);
        for sleeper in std::mem::take(&mut *self.sleepers.lock().unwrap()) {
            sleeper.unpark();
        }
    }

    pub fn clear(&self) {
        self.flag.store(false, Ordering::SeqCst);
    }

    pub fn is_set(&self) -> bool {
        self.flag.load(Ordering::SeqCst)
    }

    pub fn wait(&self) {
        self.sleep_until(None);
    }

    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        self.sleep_until(Instant::now().checked_add(timeout))
    }

    /// Returns whether the flag is set; false only after the deadline.
    fn sleep_until(&self, deadline: Option<Instant>) -> bool {
        loop {
            if self.is_set() {
                return true;
            }
            self.enlist();
            // Set between the first look and the entry in the list?
            if self.is_set() {
                return true;
            }
            match deadline {
                None => thread::park(),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return false;
                    }
                    thread::park_timeout(left);
                }
            }
        }
    }

    fn enlist(&self) {
        let me = thread::current();
        let mut sleepers = self.sleepers.lock().unwrap();
        if sleepers.len() < 16 && !sleepers.iter().any(|t| t.id() == me.id()) {
            sleepers.push(me);
        }
    }
}
