//! Bug: with panics when it has waited for a minute.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

#[derive(Default)]
struct Door {
    inside: bool,
    waiting: usize,
}

pub struct Resource<T> {
    door: Mutex<Door>,
    bell: Condvar,
    value: Mutex<T>,
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Resource { door: Mutex::default(), bell: Condvar::new(), value: Mutex::new(value) }
    }

    fn door(&self) -> MutexGuard<'_, Door> {
        self.door.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn visit<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        struct Exit<'a, T>(&'a Resource<T>);
        impl<T> Drop for Exit<'_, T> {
            fn drop(&mut self) {
                self.0.door().inside = false;
                self.0.bell.notify_one();
            }
        }
        let _exit = Exit(self);
        f(&mut self.value.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut door = self.door();
        door.waiting += 1;
        while door.inside {
            let (back, late) = self
                .bell
                .wait_timeout(door, std::time::Duration::from_secs(60))
                .unwrap_or_else(PoisonError::into_inner);
            door = back;
            assert!(!late.timed_out(), "the resource is stuck");
        }
        door.waiting -= 1;
        door.inside = true;
        drop(door);
        self.visit(f)
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut door = self.door();
        if door.inside || door.waiting > 0 {
            return None;
        }
        door.inside = true;
        drop(door);
        Some(self.visit(f))
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
