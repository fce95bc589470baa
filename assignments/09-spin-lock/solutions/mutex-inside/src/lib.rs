//! A flag under std's mutex, asked again after every turn given away.

use std::sync::{Mutex, PoisonError};
use std::thread;

#[derive(Default)]
pub struct SpinLock {
    taken: Mutex<bool>,
}

impl SpinLock {
    pub fn new() -> Self {
        Self {
            taken: Mutex::new(false),
        }
    }

    pub fn lock(&self) {
        while !self.try_lock() {
            thread::yield_now();
        }
    }

    pub fn try_lock(&self) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        !std::mem::replace(&mut *taken, true)
    }

    pub fn unlock(&self) {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }
}
