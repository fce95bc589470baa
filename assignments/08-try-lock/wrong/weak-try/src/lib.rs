//! Bug: one weak compare_exchange in `try_with`: it may fail although the resource is free.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

pub struct Resource<T> {
    busy: AtomicBool,
    gate: Mutex<()>,
    freed: Condvar,
    value: Mutex<T>,
}

struct Free<'a, T>(&'a Resource<T>);

impl<T> Drop for Free<'_, T> {
    fn drop(&mut self) {
        let _gate = self.0.gate.lock();
        self.0.busy.store(false, Ordering::SeqCst);
        self.0.freed.notify_one();
    }
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self {
            busy: AtomicBool::new(false),
            gate: Mutex::new(()),
            freed: Condvar::new(),
            value: Mutex::new(value),
        }
    }

    fn run<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let _free = Free(self);
        f(&mut self.value.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        while self.busy.swap(true, Ordering::SeqCst) {
            gate = self.freed.wait(gate).unwrap_or_else(PoisonError::into_inner);
        }
        drop(gate);
        self.run(f)
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let free = self
            .busy
            .compare_exchange_weak(false, true, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok();
        free.then(|| self.run(f))
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
