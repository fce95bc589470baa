//! Bug: a woken `with` takes the resource for free without a second look.

use std::sync::{Condvar, Mutex, PoisonError};

pub struct Resource<T> {
    slot: Mutex<Option<T>>,
    freed: Condvar,
}

struct PutBack<'a, T>(&'a Resource<T>, Option<T>);

impl<T> Drop for PutBack<'_, T> {
    fn drop(&mut self) {
        *self.0.slot.lock().unwrap_or_else(PoisonError::into_inner) = self.1.take();
        self.0.freed.notify_one();
    }
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self {
            slot: Mutex::new(Some(value)),
            freed: Condvar::new(),
        }
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.is_none() {
            slot = self.freed.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
        let value = slot.take().expect("the resource was freed");
        drop(slot);
        let mut held = PutBack(self, Some(value));
        f(held.1.as_mut().unwrap())
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let value = self.slot.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let mut held = PutBack(self, Some(value));
        Some(f(held.1.as_mut().unwrap()))
    }

    pub fn into_inner(self) -> T {
        self.slot.into_inner().unwrap_or_else(PoisonError::into_inner).unwrap()
    }
}
