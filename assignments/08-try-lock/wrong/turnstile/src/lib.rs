//! Bug: `with` keeps the turnstile while it waits for the value, and `try_with` goes through the same turnstile: it waits behind
//! a waiting `with`.

use std::sync::{Mutex, PoisonError, TryLockError};

pub struct Resource<T> {
    turnstile: Mutex<()>,
    value: Mutex<T>,
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self {
            turnstile: Mutex::new(()),
            value: Mutex::new(value),
        }
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let turnstile = self.turnstile.lock().unwrap();
        let mut value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        drop(turnstile);
        f(&mut value)
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let turnstile = self.turnstile.lock().unwrap();
        let mut value = match self.value.try_lock() {
            Ok(value) => value,
            Err(TryLockError::WouldBlock) => return None,
            Err(TryLockError::Poisoned(value)) => value.into_inner(),
        };
        drop(turnstile);
        Some(f(&mut value))
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
