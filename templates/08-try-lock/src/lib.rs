//! 08 try-lock: busy resources, and locks that survive a panic.
//!
//! Fill in the bodies. You may change the fields and add private items.

use std::sync::Mutex;

/// A value that one caller at a time may use.
pub struct Resource<T> {
    value: Mutex<T>,
}

impl<T> Resource<T> {
    /// A free resource.
    pub fn new(value: T) -> Self {
        Self {
            value: Mutex::new(value),
        }
    }

    /// Waits until the resource is free, then calls `f` with it.
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let _ = (&self.value, f);
        todo!("wait for the resource and call f")
    }

    /// Calls `f` if the resource is free; `None` if it is busy. Never waits.
    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let _ = f;
        todo!("call f if the resource is free, else say None at once")
    }

    /// The value.
    pub fn into_inner(self) -> T {
        todo!("give the value back")
    }
}
