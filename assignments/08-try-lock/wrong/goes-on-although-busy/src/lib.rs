//! Bug: `try_with` asks the flag, and goes on whatever the answer is.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

pub struct Resource<T> {
    busy: Mutex<bool>,
    freed: Condvar,
    value: Mutex<T>,
}

struct Free<'a, T>(&'a Resource<T>);

impl<T> Drop for Free<'_, T> {
    fn drop(&mut self) {
        *self.0.busy() = false;
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

    fn busy(&self) -> MutexGuard<'_, bool> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let _free = Free(self);
        f(&mut self.value.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        *self
            .freed
            .wait_while(self.busy(), |busy| *busy)
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.run(f)
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut busy = self.busy();
        if !*busy {
            *busy = true;
        }
        drop(busy);
        Some(self.run(f))
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
