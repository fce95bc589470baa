//! Bug: `try_with` catches the panic of `f` and says None, as if the resource were busy.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError, TryLockError};

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
        f(&mut self.value.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut value = match self.value.try_lock() {
            Ok(value) => value,
            Err(TryLockError::WouldBlock) => return None,
            Err(TryLockError::Poisoned(value)) => value.into_inner(),
        };
        catch_unwind(AssertUnwindSafe(|| f(&mut value))).ok()
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
