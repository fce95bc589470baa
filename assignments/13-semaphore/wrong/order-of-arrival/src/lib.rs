//! Wrong: the list is in the order of arrival: the number is drawn before the place is had.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Thread};

pub struct Semaphore {
    free: AtomicUsize,
    waiters: Mutex<VecDeque<Thread>>,
}
pub struct Permit<'a> {
    of: &'a Semaphore,
}
impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Self { free: AtomicUsize::new(permits), waiters: Mutex::default() }
    }
    pub fn acquire(&self) -> Permit<'_> {
        loop {
            if let Some(p) = self.try_acquire() {
                return p;
            }
            let me = thread::current().id();
            self.waiters.lock().unwrap().push_back(thread::current());
            // Seen after having signed in: whoever gives back from now on finds us.
            if let Some(p) = self.try_acquire() {
                self.sign_out(me);
                return p;
            }
            while self.waiters.lock().unwrap().iter().any(|t| t.id() == me) {
                thread::park();
            }
        }
    }
    fn sign_out(&self, me: thread::ThreadId) {
        let mut w = self.waiters.lock().unwrap();
        match w.iter().position(|t| t.id() == me) {
            Some(i) => drop(w.remove(i)),
            // Somebody called us, and we did not need it: pass it on.
            None => {
                if let Some(t) = w.pop_front() {
                    t.unpark()
                }
            }
        }
    }
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.free.fetch_update(AcqRel, Acquire, |n| n.checked_sub(1)).ok().map(|_| Permit { of: self })
    }
    pub fn available(&self) -> usize {
        self.free.load(Acquire)
    }
}
impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.of.free.fetch_add(1, AcqRel);
        let next = self.of.waiters.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        if let Some(t) = next {
            t.unpark();
        }
    }
}
pub struct ActivePool {
    s: Semaphore,
    ticket: AtomicUsize,
    names: Mutex<BTreeMap<usize, String>>,
}
impl ActivePool {
    pub fn new(limit: usize) -> Self {
        Self { s: Semaphore::new(limit), ticket: AtomicUsize::new(0), names: Mutex::default() }
    }
    pub fn run<R>(&self, name: &str, f: impl FnOnce() -> R) -> R {
        let ticket = self.ticket.fetch_add(1, Relaxed);
        let permit = self.s.acquire();
        let mut names = self.names.lock().unwrap();
        names.insert(ticket, name.to_owned());
        drop(names);
        let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f));
        self.names.lock().unwrap().remove(&ticket);
        drop(permit);
        match r {
            Ok(r) => r,
            Err(p) => std::panic::resume_unwind(p),
        }
    }
    pub fn active(&self) -> Vec<String> {
        self.names.lock().unwrap().values().cloned().collect()
    }
}
