//! Bug: counts everyone who uses the resource or asks for it. While a refused call is still counted, another `try_with` is
//! refused although nobody uses the resource.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

pub struct Resource<T> {
    users: AtomicUsize,
    value: Mutex<T>,
}

struct Leave<'a>(&'a AtomicUsize);

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self {
            users: AtomicUsize::new(0),
            value: Mutex::new(value),
        }
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        self.users.fetch_add(1, Ordering::SeqCst);
        let _leave = Leave(&self.users);
        f(&mut self.value.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let before = self.users.fetch_add(1, Ordering::SeqCst);
        let _leave = Leave(&self.users);
        if before > 0 {
            return None;
        }
        Some(f(&mut self.value.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
