//! Bug: after a panic in `f` every later call panics: the mutex is poisoned.

use std::sync::{Mutex, TryLockError};

pub struct Resource<T> {
    value: Mutex<T>,
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self {
            value: Mutex::new(value),
        }
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.value.lock().unwrap())
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        match self.value.try_lock() {
            Ok(mut value) => Some(f(&mut value)),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Poisoned(_)) => panic!("the resource is poisoned"),
        }
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap()
    }
}
