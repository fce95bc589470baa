//! The value is taken out of a slot while `f` runs, and put back by a guard. The slot's mutex is only held for a moment.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

pub struct Resource<T> {
    slot: Mutex<Option<T>>,
    freed: Condvar,
}

/// Puts the value back, on a panic too.
struct PutBack<'a, T> {
    resource: &'a Resource<T>,
    value: Option<T>,
}

impl<T> Drop for PutBack<'_, T> {
    fn drop(&mut self) {
        *self.resource.slot() = self.value.take();
        self.resource.freed.notify_one();
    }
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self {
            slot: Mutex::new(Some(value)),
            freed: Condvar::new(),
        }
    }

    fn slot(&self) -> MutexGuard<'_, Option<T>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run<R>(&self, value: T, f: impl FnOnce(&mut T) -> R) -> R {
        let mut held = PutBack {
            resource: self,
            value: Some(value),
        };
        f(held.value.as_mut().expect("it is put back only by the drop"))
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut slot = self.slot();
        let value = loop {
            match slot.take() {
                Some(value) => break value,
                None => slot = self.freed.wait(slot).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(slot);
        self.run(value, f)
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let value = self.slot().take()?;
        Some(self.run(value, f))
    }

    pub fn into_inner(self) -> T {
        let slot = self.slot.into_inner().unwrap_or_else(PoisonError::into_inner);
        slot.expect("nobody uses the resource any more")
    }
}
