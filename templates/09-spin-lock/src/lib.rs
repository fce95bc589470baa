//! 09 spin-lock: a home-made lock that works.
//!
//! The methods below are the classic first attempt with a flag. It compiles, and it is not a lock:
//! make it one.

use std::sync::atomic::{AtomicBool, Ordering};

/// A lock that waits by trying again and again.
#[derive(Debug, Default)]
pub struct SpinLock {
    locked: AtomicBool,
}

impl SpinLock {
    /// A free lock.
    pub fn new() -> Self {
        Self {
            locked: AtomicBool::new(false),
        }
    }

    /// Waits until the lock is free, and takes it.
    pub fn lock(&self) {
        while self.locked.load(Ordering::Relaxed) {}
        self.locked.store(true, Ordering::Relaxed);
    }

    /// Takes the lock if it is free. Never waits.
    pub fn try_lock(&self) -> bool {
        todo!("take the lock if it is free, and say whether you did")
    }

    /// Frees the lock. Only its holder calls this.
    pub fn unlock(&self) {
        self.locked.store(false, Ordering::Relaxed);
    }
}
