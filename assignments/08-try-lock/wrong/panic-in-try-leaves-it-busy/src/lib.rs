//! Bug: `with` frees the resource by a guard; `try_with` frees it by a line that a panic skips.

use std::sync::{Condvar, Mutex, PoisonError};

pub struct Resource<T> {
    busy: Mutex<bool>,
    freed: Condvar,
    value: Mutex<T>,
}

struct Free<'a, T>(&'a Resource<T>);

impl<T> Drop for Free<'_, T> {
    fn drop(&mut self) {
        *self.0.busy.lock().unwrap_or_else(PoisonError::into_inner) = false;
        self.0.freed.notify_one();
    }
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self {
            busy: Mutex::new(false),
            freed: Condvar::new(),
            value: Mutex::new(value),
        }
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        *self.freed.wait_while(self.busy.lock().unwrap(), |busy| *busy).unwrap() = true;
        let _free = Free(self);
        f(&mut self.value.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut busy = self.busy.lock().unwrap();
        if *busy {
            return None;
        }
        *busy = true;
        drop(busy);
        let result = f(&mut self.value.lock().unwrap_or_else(PoisonError::into_inner));
        drop(Free(self));
        Some(result)
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
