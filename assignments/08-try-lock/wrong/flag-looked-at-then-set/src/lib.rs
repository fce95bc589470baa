use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::{Condvar, Mutex, PoisonError};

/// A flag that decides, and a place to sleep for those that wait.
pub struct Resource<T> {
    busy: AtomicBool,
    sleepers: AtomicUsize,
    bed: Mutex<()>,
    wake: Condvar,
    value: Mutex<T>,
}

struct Free<'a, T>(&'a Resource<T>);
impl<T> Drop for Free<'_, T> {
    fn drop(&mut self) {
        self.0.busy.store(false, SeqCst);
        if self.0.sleepers.load(SeqCst) > 0 {
            drop(self.0.bed.lock().unwrap());
            self.0.wake.notify_one();
        }
    }
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Resource {
            busy: AtomicBool::new(false),
            sleepers: AtomicUsize::new(0),
            bed: Mutex::new(()),
            wake: Condvar::new(),
            value: Mutex::new(value),
        }
    }
    fn get(&self) -> Option<Free<'_, T>> {
        if self.busy.load(SeqCst) {
            return None;
        }
        self.busy.store(true, SeqCst);
        Some(Free(self))
    }
    fn run<R>(&self, _free: Free<'_, T>, f: impl FnOnce(&mut T) -> R) -> R {
        let mut v = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        f(&mut v)
    }
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let free = match self.get() {
            Some(free) => free,
            None => {
                let mut bed = self.bed.lock().unwrap();
                self.sleepers.fetch_add(1, SeqCst);
                let free = loop {
                    if let Some(free) = self.get() {
                        break free;
                    }
                    bed = self.wake.wait(bed).unwrap();
                };
                self.sleepers.fetch_sub(1, SeqCst);
                free
            }
        };
        self.run(free, f)
    }
    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let free = self.get()?;
        Some(self.run(free, f))
    }
    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
