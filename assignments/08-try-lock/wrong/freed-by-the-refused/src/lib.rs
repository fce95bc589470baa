//! Bug: `try_with` frees the resource at its end, also when it was refused and never got in.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError, TryLockError};

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

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        while self.busy.swap(true, Ordering::SeqCst) {
            gate = self.freed.wait(gate).unwrap_or_else(PoisonError::into_inner);
        }
        drop(gate);
        let _free = Free(self);
        match self.value.try_lock() {
            Ok(mut value) => f(&mut value),
            Err(TryLockError::Poisoned(value)) => f(&mut value.into_inner()),
            Err(TryLockError::WouldBlock) => panic!("two threads use the resource"),
        }
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let _free = Free(self);
        if self.busy.swap(true, Ordering::SeqCst) {
            return None;
        }
        match self.value.try_lock() {
            Ok(mut value) => Some(f(&mut value)),
            Err(TryLockError::Poisoned(value)) => Some(f(&mut value.into_inner())),
            Err(TryLockError::WouldBlock) => panic!("two threads use the resource"),
        }
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
