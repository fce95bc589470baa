//! Bug: the end of a `try_with` does not wake a `with` that waits.

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

    fn run<R>(&self, mut busy: MutexGuard<'_, bool>, f: impl FnOnce(&mut T) -> R) -> R {
        *busy = true;
        drop(busy);
        let _free = Free(self);
        f(&mut self.value.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        struct Wake<'a>(&'a Condvar);
        impl Drop for Wake<'_> {
            fn drop(&mut self) {
                self.0.notify_one();
            }
        }
        let _wake = Wake(&self.freed);
        let busy = self
            .freed
            .wait_while(self.busy(), |busy| *busy)
            .unwrap_or_else(PoisonError::into_inner);
        self.run(busy, f)
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let busy = self.busy();
        if *busy { None } else { Some(self.run(busy, f)) }
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
