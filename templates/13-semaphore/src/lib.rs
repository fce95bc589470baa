//! Assignment 13: a semaphore, and a pool that lets a few in.
//!
//! This version compiles, but everybody gets in and nothing is given back.

use std::sync::Mutex;

pub struct Semaphore {
    free: Mutex<usize>,
}

/// One place. It is given back when this is dropped.
pub struct Permit<'a> {
    // TODO: what has to happen when a permit is dropped?
    #[allow(dead_code)]
    semaphore: &'a Semaphore,
}

impl Semaphore {
    /// With so many places.
    pub fn new(permits: usize) -> Self {
        Semaphore {
            free: Mutex::new(permits),
        }
    }

    /// Waits for a place.
    pub fn acquire(&self) -> Permit<'_> {
        // TODO: wait while there is none.
        let mut free = self.free.lock().unwrap();
        *free = free.saturating_sub(1);
        Permit { semaphore: self }
    }

    /// `None`: there is no place now. Never waits.
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        Some(self.acquire())
    }

    /// How many places are free?
    pub fn available(&self) -> usize {
        *self.free.lock().unwrap()
    }
}

pub struct ActivePool {
    #[allow(dead_code)]
    places: Semaphore,
}

impl ActivePool {
    /// Lets `limit` in at a time.
    pub fn new(limit: usize) -> Self {
        ActivePool {
            places: Semaphore::new(limit),
        }
    }

    /// Waits for a place, runs `f` and leaves.
    pub fn run<R>(&self, name: &str, f: impl FnOnce() -> R) -> R {
        // TODO
        let _ = name;
        f()
    }

    /// The names of those inside, in order of entry.
    pub fn active(&self) -> Vec<String> {
        // TODO
        Vec::new()
    }
}
