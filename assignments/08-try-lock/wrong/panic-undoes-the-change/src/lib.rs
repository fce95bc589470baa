//! Bug: `f` works on a value taken out of the slot; when it panics, what it wrote is lost with it.

use std::sync::{Condvar, Mutex, PoisonError};

pub struct Resource<T> {
    slot: Mutex<Slot<T>>,
    freed: Condvar,
}

enum Slot<T> {
    Free(Box<T>),
    Busy,
    Lost,
}

struct Abandon<'a, T>(&'a Resource<T>, bool);

impl<T> Drop for Abandon<'_, T> {
    fn drop(&mut self) {
        if self.1 {
            *self.0.slot.lock().unwrap_or_else(PoisonError::into_inner) = Slot::Lost;
            self.0.freed.notify_all();
        }
    }
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self {
            slot: Mutex::new(Slot::Free(Box::new(value))),
            freed: Condvar::new(),
        }
    }

    fn run<R>(&self, mut value: Box<T>, f: impl FnOnce(&mut T) -> R) -> R {
        let mut abandon = Abandon(self, true);
        let result = f(&mut value);
        abandon.1 = false;
        *self.slot.lock().unwrap() = Slot::Free(value);
        self.freed.notify_one();
        result
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut slot = self.slot.lock().unwrap();
        loop {
            match std::mem::replace(&mut *slot, Slot::Busy) {
                Slot::Free(value) => {
                    drop(slot);
                    return self.run(value, f);
                }
                Slot::Busy => slot = self.freed.wait(slot).unwrap(),
                Slot::Lost => panic!("the resource was lost in a panic"),
            }
        }
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut slot = self.slot.lock().unwrap();
        match std::mem::replace(&mut *slot, Slot::Busy) {
            Slot::Free(value) => {
                drop(slot);
                Some(self.run(value, f))
            }
            Slot::Busy => None,
            Slot::Lost => panic!("the resource was lost in a panic"),
        }
    }

    pub fn into_inner(self) -> T {
        match self.slot.into_inner().unwrap() {
            Slot::Free(value) => *value,
            _ => panic!("the resource was lost in a panic"),
        }
    }
}
