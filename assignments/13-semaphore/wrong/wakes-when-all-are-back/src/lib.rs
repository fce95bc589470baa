//! Wrong: whoever waits is woken only when all permits are back.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};

pub struct Semaphore {
    taken: AtomicUsize,
    limit: usize,
    sleep: Mutex<()>,
    wake: Condvar,
}

pub struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore { taken: AtomicUsize::new(0), limit: permits, sleep: Mutex::new(()), wake: Condvar::new() }
    }
    fn grab(&self) -> bool {
        let mut now = self.taken.load(Ordering::Relaxed);
        while now < self.limit {
            match self.taken.compare_exchange_weak(now, now + 1, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(n) => now = n,
            }
        }
        false
    }
    pub fn acquire(&self) -> Permit<'_> {
        if !self.grab() {
            let mut guard = self.sleep.lock().unwrap();
            while !self.grab() {
                guard = self.wake.wait(guard).unwrap();
            }
        }
        Permit(self)
    }
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        if self.grab() { Some(Permit(self)) } else { None }
    }
    pub fn available(&self) -> usize {
        self.limit - self.taken.load(Ordering::Acquire)
    }
}

impl<'a> Drop for Permit<'a> {
    fn drop(&mut self) {
        if self.0.taken.fetch_sub(1, Ordering::Release) == 1 {
            drop(self.0.sleep.lock().unwrap());
            self.0.wake.notify_all();
        }
    }
}

pub struct ActivePool {
    sem: Semaphore,
    names: Mutex<Vec<Entry>>,
}

struct Entry {
    name: String,
    key: std::sync::Arc<()>,
}

impl ActivePool {
    pub fn new(limit: usize) -> Self {
        ActivePool { sem: Semaphore::new(limit), names: Mutex::new(Vec::new()) }
    }
    pub fn run<R>(&self, name: &str, f: impl FnOnce() -> R) -> R {
        struct Listed<'a> {
            pool: &'a ActivePool,
            key: std::sync::Arc<()>,
        }
        impl Drop for Listed<'_> {
            fn drop(&mut self) {
                let mut names = self.pool.names.lock().unwrap();
                let i = names.iter().rposition(|e| std::sync::Arc::ptr_eq(&e.key, &self.key)).unwrap();
                names.remove(i);
            }
        }
        let _permit = self.sem.acquire();
        let key = std::sync::Arc::new(());
        self.names.lock().unwrap().push(Entry { name: name.into(), key: key.clone() });
        let _listed = Listed { pool: self, key };
        f()
    }
    pub fn active(&self) -> Vec<String> {
        self.names.lock().unwrap().iter().map(|e| e.name.clone()).collect()
    }
}
