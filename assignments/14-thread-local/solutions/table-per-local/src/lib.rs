//! Each `Local` has a table of its own: thread id to value. The table is locked only to find the value, not while it is used.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

pub struct Local<T> {
    init: fn() -> T,
    table: Mutex<HashMap<ThreadId, Arc<Mutex<T>>>>,
}

/// A panic of a caller's function leaves the value as it is.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T: 'static> Local<T> {
    pub fn new(init: fn() -> T) -> Self {
        Local {
            init,
            table: Mutex::new(HashMap::new()),
        }
    }

    fn find(&self) -> Option<Arc<Mutex<T>>> {
        lock(&self.table).get(&thread::current().id()).cloned()
    }

    fn insert(&self, value: T) -> Arc<Mutex<T>> {
        let value = Arc::new(Mutex::new(value));
        lock(&self.table).insert(thread::current().id(), value.clone());
        value
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let value = self.find().unwrap_or_else(|| self.insert((self.init)()));
        f(&mut lock(&value))
    }

    pub fn set(&self, value: T) {
        match self.find() {
            Some(place) => *lock(&place) = value,
            None => {
                self.insert(value);
            }
        }
    }

    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.with(|value| value.clone())
    }
}
