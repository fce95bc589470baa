//! An atomic says busy; a mutex and a condition variable are only for those who wait.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex};

pub struct Resource<T> {
    busy: AtomicBool,
    waiting: Mutex<()>,
    freed: Condvar,
    value: Mutex<T>,
}

struct Free<'a, T>(&'a Resource<T>);

impl<T> Drop for Free<'_, T> {
    fn drop(&mut self) {
        self.0.value.clear_poison();
        self.0.busy.store(false, Ordering::Release);
        // Who has looked and does not sleep yet holds the lock.
        drop(self.0.waiting.lock());
        self.0.freed.notify_one();
    }
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self { busy: AtomicBool::new(false), waiting: Mutex::new(()), freed: Condvar::new(), value: Mutex::new(value) }
    }

    fn take(&self) -> bool {
        self.busy.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    fn run<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let _free = Free(self);
        let mut value = self.value.lock().unwrap_or_else(|e| e.into_inner());
        f(&mut value)
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        if !self.take() {
            let mut guard = self.waiting.lock().unwrap();
            while !self.take() {
                guard = self.freed.wait(guard).unwrap();
            }
        }
        self.run(f)
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.take().then(|| self.run(f))
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(|e| e.into_inner())
    }
}
