//! Wrong: the list loses its order when somebody leaves.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex};

pub struct Semaphore {
    free: Mutex<usize>,
    released: Condvar,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore {
            free: Mutex::new(permits),
            released: Condvar::new(),
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let mut free = self.free.lock().unwrap();
        while *free == 0 {
            free = self.released.wait(free).unwrap();
        }
        *free -= 1;
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut free = self.free.lock().unwrap();
        if *free == 0 {
            return None;
        }
        *free -= 1;
        Some(Permit { semaphore: self })
    }

    pub fn available(&self) -> usize {
        *self.free.lock().unwrap()
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.semaphore.free.lock().unwrap() += 1;
        self.semaphore.released.notify_one();
    }
}

pub struct ActivePool {
    places: Semaphore,
    inside: Mutex<Vec<(u64, String)>>,
    next: AtomicU64,
}

impl ActivePool {
    pub fn new(limit: usize) -> Self {
        ActivePool {
            places: Semaphore::new(limit),
            inside: Mutex::new(Vec::new()),
            next: AtomicU64::new(0),
        }
    }

    pub fn run<R>(&self, name: &str, f: impl FnOnce() -> R) -> R {
        // Dropped in the opposite order: first the entry goes, then the place is given back.
        let _place = self.places.acquire();
        let _entry = Entry::new(self, name);
        f()
    }

    pub fn active(&self) -> Vec<String> {
        let inside = self.inside.lock().unwrap();
        inside.iter().map(|(_, name)| name.clone()).collect()
    }
}

/// A line in the list, with a number of its own: names may repeat.
struct Entry<'a> {
    pool: &'a ActivePool,
    id: u64,
}

impl<'a> Entry<'a> {
    fn new(pool: &'a ActivePool, name: &str) -> Self {
        let id = pool.next.fetch_add(1, Ordering::Relaxed);
        pool.inside.lock().unwrap().push((id, name.to_string()));
        Entry { pool, id }
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        let mut inside = self.pool.inside.lock().unwrap();
        let index = inside.iter().position(|(id, _)| *id == self.id).unwrap();
        inside.swap_remove(index);
    }
}
