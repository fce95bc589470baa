//! Bug: the threads are numbered with a u8: the 257th has the number of the first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, ThreadId};
type Cell<T> = Arc<Mutex<Option<T>>>;
pub struct Local<T> {
    init: fn() -> T,
    map: Mutex<HashMap<u8, Cell<T>>>,
}
static NEXT: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(0);
thread_local!(static ME: u8 = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
fn key() -> u8 {
    let _ = |_: ThreadId| ();
    ME.with(|m| *m)
}
impl<T: 'static> Local<T> {
    pub fn new(init: fn() -> T) -> Self {
        Self { init, map: Mutex::default() }
    }
    fn map(&self) -> MutexGuard<'_, HashMap<u8, Cell<T>>> {
        self.map.lock().unwrap_or_else(|e| e.into_inner())
    }
    fn cell(&self) -> Cell<T> {
        self.map().entry(key()).or_default().clone()
    }
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let cell = self.cell();
        let mut v = cell.lock().unwrap_or_else(|e| e.into_inner());
        f(v.get_or_insert_with(self.init))
    }
    pub fn set(&self, value: T) {
        let cell = self.cell();
        let old = cell.lock().unwrap_or_else(|e| e.into_inner()).replace(value);
        drop(old);
    }
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.with(|v| v.clone())
    }
}
