//! A flag decides who gets in. Who has to wait leaves its handle in a list and parks.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};

pub struct Resource<T> {
    busy: AtomicBool,
    waiting: Mutex<VecDeque<Thread>>,
    value: Mutex<T>,
}

/// Frees the resource, on a panic too.
struct Free<'a, T>(&'a Resource<T>);

impl<T> Drop for Free<'_, T> {
    fn drop(&mut self) {
        self.0.busy.store(false, Ordering::SeqCst);
        // Whoever is woken tries again; if it is refused, it has stayed in the list.
        if let Some(thread) = self.0.waiting.lock().unwrap().front() {
            thread.unpark();
        }
    }
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self {
            busy: AtomicBool::new(false),
            waiting: Mutex::default(),
            value: Mutex::new(value),
        }
    }

    fn enter(&self) -> bool {
        self.busy
            .compare_exchange(false, true, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok()
    }

    fn run<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let _free = Free(self);
        // Never waits: whoever set the flag is alone here.
        let mut value = match self.value.lock() {
            Ok(value) => value,
            Err(poisoned) => poisoned.into_inner(),
        };
        f(&mut value)
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        if !self.enter() {
            let me = thread::current().id();
            self.waiting.lock().unwrap().push_back(thread::current());
            while !self.enter() {
                thread::park();
            }
            self.waiting.lock().unwrap().retain(|thread| thread.id() != me);
        }
        self.run(f)
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.enter().then(|| self.run(f))
    }

    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
