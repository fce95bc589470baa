//! Wrong: the count is an atomic, and the mutex of the condition variable guards nothing.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};

pub struct Semaphore {
    free: AtomicUsize,
    mutex: Mutex<()>,
    released: Condvar,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore {
            free: AtomicUsize::new(permits),
            mutex: Mutex::new(()),
            released: Condvar::new(),
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        loop {
            if let Some(permit) = self.try_acquire() {
                return permit;
            }
            let guard = self.mutex.lock().unwrap();
            drop(self.released.wait(guard).unwrap());
        }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.free
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1))
            .ok()
            .map(|_| Permit { semaphore: self })
    }

    pub fn available(&self) -> usize {
        self.free.load(Ordering::SeqCst)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.free.fetch_add(1, Ordering::SeqCst);
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
        self.pool.inside.lock().unwrap().retain(|(id, _)| *id != self.id);
    }
}
