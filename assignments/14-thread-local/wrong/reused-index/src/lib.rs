//! Wrong: the number of a thread that has ended is used again. Each `Local` keeps its values under the threads' numbers; readers of the table do
//! not disturb each other.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, RwLock};

static FREE: Mutex<Vec<usize>> = Mutex::new(Vec::new());
static NEXT: AtomicUsize = AtomicUsize::new(0);

struct Number(usize);

impl Number {
    fn new() -> Self {
        let old = FREE.lock().unwrap().pop();
        Number(old.unwrap_or_else(|| NEXT.fetch_add(1, Ordering::Relaxed)))
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        FREE.lock().unwrap().push(self.0);
    }
}

fn my_number() -> usize {
    thread_local! {
        static MINE: Number = Number::new();
    }
    MINE.with(|n| n.0)
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
