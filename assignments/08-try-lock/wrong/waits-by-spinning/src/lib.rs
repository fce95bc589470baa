//! Bug: `with` tries again and again instead of sleeping.

use std::sync::{Mutex, PoisonError, TryLockError};
use std::thread;

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
        let mut f = Some(f);
        loop {
            match self.try_with(|value| f.take().map(|f| f(value))) {
                Some(Some(result)) => return result,
                _ => thread::yield_now(),
            }
        }
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        match self.value.try_lock() {
            Ok(mut value) => Some(f(&mut value)),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Poisoned(value)) => Some(f(&mut value.into_inner())),
        }
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
