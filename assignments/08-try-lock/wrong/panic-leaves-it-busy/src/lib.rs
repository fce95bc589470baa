//! Bug: the busy flag is cleared after `f`, but not when `f` panics.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

pub struct Resource<T> {
    busy: Mutex<bool>,
    freed: Condvar,
    value: Mutex<T>,
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self {
            busy: Mutex::new(false),
            freed: Condvar::new(),
            value: Mutex::new(value),
        }
    }

    fn run<R>(&self, mut busy: MutexGuard<'_, bool>, f: impl FnOnce(&mut T) -> R) -> R {
        *busy = true;
        drop(busy);
        let result = f(&mut self.value.lock().unwrap_or_else(PoisonError::into_inner));
        *self.busy.lock().unwrap() = false;
        self.freed.notify_one();
        result
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let busy = self.freed.wait_while(self.busy.lock().unwrap(), |busy| *busy).unwrap();
        self.run(busy, f)
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let busy = self.busy.lock().unwrap();
        if *busy { None } else { Some(self.run(busy, f)) }
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
