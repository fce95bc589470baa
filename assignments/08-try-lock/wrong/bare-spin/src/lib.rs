//! Bug: with looks again and again in a bare loop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

pub struct Resource<T> {
    busy: AtomicBool,
    waiting: Mutex<()>,
    freed: Condvar,
    value: Mutex<T>,
}

struct Free<'a, T>(&'a Resource<T>);

impl<T> Drop for Free<'_, T> {
    fn drop(&mut self) {
        self.0.busy.store(false, Ordering::Release);
        drop(self.0.waiting.lock());
        self.0.freed.notify_one();
    }
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self { busy: AtomicBool::new(false), waiting: Mutex::new(()), freed: Condvar::new(), value: Mutex::new(value) }
    }

    fn take(&self) -> bool {
        !self.busy.swap(true, Ordering::Acquire)
    }

    fn run<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let _free = Free(self);
        f(&mut self.value.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        while !self.take() {}
        self.run(f)
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        if self.take() { Some(self.run(f)) } else { None }
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
