//! Wrong: eight locks instead of one, each held while f runs: every eighth thread waits.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
static NEXT: AtomicUsize = AtomicUsize::new(0);
thread_local! { static ME: usize = NEXT.fetch_add(1, Relaxed); }
pub struct Local<T> {
    init: fn() -> T,
    shards: [Mutex<HashMap<usize, Option<T>>>; 8],
}
impl<T: 'static> Local<T> {
    pub fn new(init: fn() -> T) -> Self {
        Self { init, shards: Default::default() }
    }
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let me = ME.with(|m| *m);
        let mut s = self.shards[me % 8].lock().unwrap_or_else(PoisonError::into_inner);
        f(s.entry(me).or_default().get_or_insert_with(self.init))
    }
    pub fn set(&self, value: T) {
        let me = ME.with(|m| *m);
        self.shards[me % 8].lock().unwrap_or_else(PoisonError::into_inner).insert(me, Some(value));
    }
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.with(|v| v.clone())
    }
}
