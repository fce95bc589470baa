//! Bug: remembers that it was refused and gives up the next time without a look.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, TryLockError};

pub struct Resource<T> {
    contended: AtomicBool,
    value: Mutex<T>,
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self {
            contended: AtomicBool::new(false),
            value: Mutex::new(value),
        }
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.value.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        if self.contended.swap(false, Ordering::SeqCst) {
            return None;
        }
        match self.value.try_lock() {
            Ok(mut value) => Some(f(&mut value)),
            Err(TryLockError::Poisoned(value)) => Some(f(&mut value.into_inner())),
            Err(TryLockError::WouldBlock) => {
                self.contended.store(true, Ordering::SeqCst);
                None
            }
        }
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
