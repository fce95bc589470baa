//! Wrong: get as the first use calls init, but does not keep the value.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};
pub struct Local<T> {
    init: fn() -> T,
    table: Mutex<HashMap<ThreadId, Arc<Mutex<T>>>>,
}
impl<T: 'static> Local<T> {
    pub fn new(init: fn() -> T) -> Self {
        Local { init, table: Mutex::new(HashMap::new()) }
    }
    fn find(&self) -> Option<Arc<Mutex<T>>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner).get(&thread::current().id()).cloned()
    }
    fn add(&self, value: T) -> Arc<Mutex<T>> {
        let slot = Arc::new(Mutex::new(value));
        self.table.lock().unwrap_or_else(PoisonError::into_inner).insert(thread::current().id(), slot.clone());
        slot
    }
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let slot = match self.find() {
            Some(s) => s,
            None => self.add((self.init)()),
        };
        let mut g = slot.lock().unwrap_or_else(PoisonError::into_inner);
        f(&mut g)
    }
    pub fn set(&self, value: T) {
        match self.find() {
            None => {
                self.add(value);
            }
            Some(s) => {
                let _old = std::mem::replace(&mut *s.lock().unwrap_or_else(PoisonError::into_inner), value);
            }
        }
    }
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        match self.find() {
            Some(s) => s.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            None => (self.init)(),
        }
    }
}
