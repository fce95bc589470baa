//! Bug: try_acquire subtracts first and adds again if there was none: another one fails meanwhile.

use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
pub struct Semaphore {
    n: AtomicUsize,
    free: Mutex<()>,
    back: Condvar,
}
pub struct Permit<'a> {
    sem: &'a Semaphore,
}
impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore { n: AtomicUsize::new(permits), free: Mutex::new(()), back: Condvar::new() }
    }
    fn free(&self) -> MutexGuard<'_, ()> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
    pub fn acquire(&self) -> Permit<'_> {
        if let Some(p) = self.try_acquire() {
            return p;
        }
        let mut g = self.free();
        loop {
            if let Some(p) = self.try_acquire() {
                return p;
            }
            g = self.back.wait(g).unwrap();
        }
    }
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        if self.n.fetch_sub(1, SeqCst) as isize > 0 {
            return Some(Permit { sem: self });
        }
        self.n.fetch_add(1, SeqCst);
        None
    }
    pub fn available(&self) -> usize {
        self.n.load(Relaxed)
    }
}
impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.sem.n.fetch_add(1, Release);
        drop(self.sem.free());
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
        let result = f();
        drop(entry);
        result
    }
    pub fn active(&self) -> Vec<String> {
        self.list().1.iter().map(|(_, n)| n.clone()).collect()
    }
}
