//! Bug: a panic of f gives the place back, and then the permit does so again.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
pub struct Semaphore {
    free: Mutex<usize>,
    back: Condvar,
}
pub struct Permit<'a> {
    sem: &'a Semaphore,
}
impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore { free: Mutex::new(permits), back: Condvar::new() }
    }
    fn free(&self) -> MutexGuard<'_, usize> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub fn acquire(&self) -> Permit<'_> {
        let mut n = self.free();
        while *n == 0 {
            n = self.back.wait(n).unwrap_or_else(PoisonError::into_inner);
        }
        *n -= 1;
        Permit { sem: self }
    }
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut n = self.free();
        if *n == 0 {
            return None;
        }
        *n -= 1;
        Some(Permit { sem: self })
    }
    pub fn available(&self) -> usize {
        *self.free()
    }
}
impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.sem.free() += 1;
        self.sem.back.notify_one();
    }
}
pub struct ActivePool {
    sem: Semaphore,
    list: Mutex<(u64, Vec<(u64, String)>)>,
}
struct Entry<'a> {
    pool: &'a ActivePool,
    id: u64,
    _permit: Permit<'a>,
}
impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.pool.list().1.retain(|(id, _)| *id != self.id);
    }
}
impl ActivePool {
    pub fn new(limit: usize) -> Self {
        ActivePool { sem: Semaphore::new(limit), list: Mutex::new((0, Vec::new())) }
    }
    fn list(&self) -> MutexGuard<'_, (u64, Vec<(u64, String)>)> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub fn run<R>(&self, name: &str, f: impl FnOnce() -> R) -> R {
        let permit = self.sem.acquire();
        let entry = {
            let mut list = self.list();
            let id = list.0;
            list.0 += 1;
            list.1.push((id, name.to_string()));
            Entry { pool: self, id, _permit: permit }
        };
        let result = match std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)) {
            Ok(r) => r,
            Err(e) => {
                *self.sem.free() += 1;
                std::panic::resume_unwind(e)
            }
        };
        drop(entry);
        result
    }
    pub fn active(&self) -> Vec<String> {
        self.list().1.iter().map(|(_, n)| n.clone()).collect()
    }
}
