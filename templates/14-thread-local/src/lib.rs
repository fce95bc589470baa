//! Assignment 14: data that every thread has for itself.
//!
//! This version compiles, but all threads share one value.

use std::sync::Mutex;

pub struct Local<T> {
    init: fn() -> T,
    // TODO: one value is not enough.
    value: Mutex<Option<T>>,
}

impl<T: 'static> Local<T> {
    /// `init` makes the value of a thread when it uses it for the first time.
    pub fn new(init: fn() -> T) -> Self {
        Local {
            init,
            value: Mutex::new(None),
        }
    }

    /// Calls `f` with the calling thread's own value.
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(self.value.lock().unwrap().get_or_insert_with(self.init))
    }

    /// Changes the calling thread's own value.
    pub fn set(&self, value: T) {
        *self.value.lock().unwrap() = Some(value);
    }

    /// A copy of the calling thread's own value.
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.with(|value| value.clone())
    }
}
