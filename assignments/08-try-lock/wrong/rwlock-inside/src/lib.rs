//! Bug: std's RwLock is Sync only for a T that is Sync itself: a Resource of a Cell cannot be shared.

use std::sync::{PoisonError, RwLock, TryLockError};

pub struct Resource<T> {
    value: RwLock<T>,
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self {
            value: RwLock::new(value),
        }
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.value.write().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        match self.value.try_write() {
            Ok(mut value) => Some(f(&mut value)),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Poisoned(value)) => Some(f(&mut value.into_inner())),
        }
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
