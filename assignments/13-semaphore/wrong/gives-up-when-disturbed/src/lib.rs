//! Wrong: `try_acquire` tries to change the count only once. Who finds none left writes itself into a list and parks; the pool keeps its places in a map by
//! number of entry.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Thread};

pub struct Semaphore {
    free: AtomicUsize,
    sleepers: Mutex<Vec<Thread>>,
}

pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore {
            free: AtomicUsize::new(permits),
            sleepers: Mutex::new(Vec::new()),
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        loop {
            if let Some(permit) = self.try_acquire() {
                return permit;
            }
            let me = thread::current();
            {
                let mut sleepers = self.sleepers.lock().unwrap();
                if sleepers.iter().all(|t| t.id() != me.id()) {
                    sleepers.push(me);
                }
            }
            // Given back before this thread was in the list?
            if let Some(permit) = self.try_acquire() {
                return permit;
            }
            thread::park();
        }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let n = self.available();
        let less = n.checked_sub(1)?;
        self.free
            .compare_exchange(n, less, Ordering::SeqCst, Ordering::SeqCst)
            .ok()
            .map(|_| Permit(self))
    }

    pub fn available(&self) -> usize {
        self.free.load(Ordering::SeqCst)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.free.fetch_add(1, Ordering::SeqCst);
        for sleeper in self.0.sleepers.lock().unwrap().drain(..) {
            sleeper.unpark();
        }
    }
}

pub struct ActivePool {
    places: Semaphore,
    inside: Mutex<BTreeMap<u64, String>>,
}

impl ActivePool {
    pub fn new(limit: usize) -> Self {
        ActivePool {
            places: Semaphore::new(limit),
            inside: Mutex::new(BTreeMap::new()),
        }
    }

    pub fn run<R>(&self, name: &str, f: impl FnOnce() -> R) -> R {
        let permit = self.places.acquire();
        let number = {
            let mut inside = self.inside.lock().unwrap();
            let number = inside.last_key_value().map_or(0, |(last, _)| last + 1);
            inside.insert(number, name.into());
            number
        };
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f));
        self.inside.lock().unwrap().remove(&number);
        drop(permit);
        result.unwrap_or_else(|payload| std::panic::resume_unwind(payload))
    }

    pub fn active(&self) -> Vec<String> {
        self.inside.lock().unwrap().values().cloned().collect()
    }
}
