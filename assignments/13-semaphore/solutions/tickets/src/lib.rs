//! Everyone draws a ticket; a ticket is good once so many permits were given back. First come, first served. Nobody but the
//! counters knows who is inside.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

pub struct Semaphore {
    state: Mutex<Tickets>,
    good: Condvar,
}

/// Tickets below `good` may be inside.
struct Tickets {
    next: u128,
    good: u128,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore {
            state: Mutex::new(Tickets {
                next: 0,
                good: permits as u128,
            }),
            good: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, Tickets> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn acquire(&self) -> Permit<'_> {
        let mut state = self.state();
        let ticket = state.next;
        state.next += 1;
        while ticket >= state.good {
            state = self.good.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut state = self.state();
        if state.next < state.good {
            state.next += 1;
            Some(Permit { semaphore: self })
        } else {
            None
        }
    }

    pub fn available(&self) -> usize {
        let state = self.state();
        state.good.saturating_sub(state.next) as usize
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.semaphore.state().good += 1;
        // The next ticket is one certain thread: all look at theirs.
        self.semaphore.good.notify_all();
    }
}

pub struct ActivePool {
    places: Semaphore,
    names: Mutex<Names>,
}

#[derive(Default)]
struct Names {
    /// `None`: has left. Cut off at the end when nobody is behind it.
    entries: Vec<Option<String>>,
}

impl ActivePool {
    pub fn new(limit: usize) -> Self {
        ActivePool {
            places: Semaphore::new(limit),
            names: Mutex::default(),
        }
    }

    fn names(&self) -> MutexGuard<'_, Names> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn run<R>(&self, name: &str, f: impl FnOnce() -> R) -> R {
        struct Stay<'a> {
            pool: &'a ActivePool,
            index: usize,
            _permit: Permit<'a>,
        }
        impl Drop for Stay<'_> {
            fn drop(&mut self) {
                let mut names = self.pool.names();
                names.entries[self.index] = None;
                while names.entries.last() == Some(&None) {
                    names.entries.pop();
                }
                // The permit is a field: it goes after this.
            }
        }
        let permit = self.places.acquire();
        let mut names = self.names();
        names.entries.push(Some(name.to_owned()));
        let _stay = Stay {
            pool: self,
            index: names.entries.len() - 1,
            _permit: permit,
        };
        drop(names);
        f()
    }

    pub fn active(&self) -> Vec<String> {
        self.names().entries.iter().flatten().cloned().collect()
    }
}
