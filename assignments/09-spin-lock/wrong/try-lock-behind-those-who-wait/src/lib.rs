//! Bug: who waits holds a mutex that try_lock goes through, too.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Default)]
pub struct SpinLock {
    entry: Mutex<()>,
    held: AtomicBool,
}

impl SpinLock {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn lock(&self) {
        let _first = self.entry.lock().unwrap();
        while self.held.swap(true, Ordering::Acquire) {
            std::hint::spin_loop();
        }
    }

    pub fn try_lock(&self) -> bool {
        let _first = self.entry.lock().unwrap();
        !self.held.swap(true, Ordering::Acquire)
    }

    pub fn unlock(&self) {
        self.held.store(false, Ordering::Release);
    }
}
