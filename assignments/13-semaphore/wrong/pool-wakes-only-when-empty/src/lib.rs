//! Wrong: those who wait for the pool are woken when the last one has left.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

#[derive(Clone, Copy)]
struct Tickets {
    drawn: u128,
    served: u128,
}

pub struct Semaphore {
    tickets: Mutex<Tickets>,
    turn: Condvar,
}

pub struct Permit<'a> {
    semaphore: &'a Semaphore,
}

fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore { tickets: Mutex::new(Tickets { drawn: 0, served: permits as u128 }), turn: Condvar::new() }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let mut t = lock(&self.tickets);
        let mine = t.drawn;
        t.drawn += 1;
        while t.served <= mine {
            t = self.turn.wait(t).unwrap_or_else(PoisonError::into_inner);
        }
        Permit { semaphore: self }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut t = lock(&self.tickets);
        if t.drawn < t.served {
            t.drawn += 1;
            Some(Permit { semaphore: self })
        } else {
            None
        }
    }

    pub fn available(&self) -> usize {
        let t = *lock(&self.tickets);
        t.served.saturating_sub(t.drawn) as usize
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        lock(&self.semaphore.tickets).served += 1;
        self.semaphore.turn.notify_all();
    }
}

/// The pool does not use the semaphore: its list is the number of places that are taken.
pub struct ActivePool {
    limit: usize,
    inside: Mutex<Vec<(u64, String)>>,
    left: Condvar,
}

impl ActivePool {
    pub fn new(limit: usize) -> Self {
        ActivePool { limit, inside: Mutex::new(Vec::new()), left: Condvar::new() }
    }

    fn enter(&self, name: &str) -> Inside<'_> {
        let mut inside = lock(&self.inside);
        while inside.len() >= self.limit {
            inside = self.left.wait(inside).unwrap_or_else(PoisonError::into_inner);
        }
        let id = inside.last().map_or(0, |(id, _)| id + 1);
        inside.push((id, name.to_string()));
        Inside { pool: self, id }
    }

    pub fn run<R>(&self, name: &str, f: impl FnOnce() -> R) -> R {
        let _inside = self.enter(name);
        f()
    }

    pub fn active(&self) -> Vec<String> {
        lock(&self.inside).iter().map(|(_, n)| n.clone()).collect()
    }
}

struct Inside<'a> {
    pool: &'a ActivePool,
    id: u64,
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        let mut inside = lock(&self.pool.inside);
        inside.retain(|&(id, _)| id != self.id);
        if inside.is_empty() {
            self.pool.left.notify_all();
        }
    }
}
