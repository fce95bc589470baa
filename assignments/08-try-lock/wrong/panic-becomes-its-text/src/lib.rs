//! Bug: with catches the panic of f and panics again with its text: a payload that is no text is lost.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

#[derive(Debug, Default)]
pub struct Resource<T> {
    value: Mutex<T>,
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Resource { value: Mutex::new(value) }
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut guard: MutexGuard<'_, T> = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| f(&mut guard)));
        drop(guard);
        match result {
            Ok(r) => r,
            Err(payload) => match payload.downcast_ref::<String>() {
                Some(text) => panic!("{text}"),
                None => panic!("{}", payload.downcast_ref::<&str>().unwrap_or(&"f panicked")),
            },
        }
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut guard = match self.value.try_lock() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        Some(f(&mut guard))
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
