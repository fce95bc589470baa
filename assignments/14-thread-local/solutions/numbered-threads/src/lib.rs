//! Threads are numbered, never with the same number twice. Each `Local` keeps its values under the threads' numbers; readers of the table do
//! not disturb each other.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, RwLock};

fn my_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static MINE: usize = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    MINE.with(|n| *n)
}

type Slot<T> = Arc<Mutex<Option<T>>>;

pub struct Local<T> {
    init: fn() -> T,
    slots: RwLock<BTreeMap<usize, Slot<T>>>,
}

impl<T: 'static> Local<T> {
    pub fn new(init: fn() -> T) -> Self {
        Local {
            init,
            slots: RwLock::default(),
        }
    }

    fn slot(&self) -> Slot<T> {
        let me = my_number();
        let found = self.slots.read().unwrap().get(&me).cloned();
        found.unwrap_or_else(|| {
            let slot = Slot::default();
            self.slots.write().unwrap().insert(me, slot.clone());
            slot
        })
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let slot = self.slot();
        let mut value = slot.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        f(value.get_or_insert_with(self.init))
    }

    pub fn set(&self, value: T) {
        let slot = self.slot();
        let old = slot
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .replace(value);
        drop(old);
    }

    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.with(|value| value.clone())
    }
}
