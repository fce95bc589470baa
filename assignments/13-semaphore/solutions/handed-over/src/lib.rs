//! Who waits leaves a channel in a queue. A permit that comes back goes to the first in the queue; only without a queue
//! the count rises. The pool needs no semaphore: its list is the count.

use std::collections::VecDeque;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex};

#[derive(Default)]
struct Counts {
    free: usize,
    queue: VecDeque<Sender<()>>,
}

pub struct Semaphore {
    counts: Mutex<Counts>,
}

pub struct Permit<'a> {
    of: &'a Mutex<Counts>,
}

impl Semaphore {
    pub fn new(permits: usize) -> Self {
        Semaphore {
            counts: Mutex::new(Counts {
                free: permits,
                queue: VecDeque::new(),
            }),
        }
    }

    pub fn acquire(&self) -> Permit<'_> {
        let turn = {
            let mut counts = self.counts.lock().unwrap();
            if counts.free > 0 {
                counts.free -= 1;
                return Permit { of: &self.counts };
            }
            let (sender, receiver) = channel();
            counts.queue.push_back(sender);
            receiver
        };
        turn.recv().expect("the sender waits in the queue");
        Permit { of: &self.counts }
    }

    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut counts = self.counts.lock().unwrap();
        counts.free = counts.free.checked_sub(1)?;
        Some(Permit { of: &self.counts })
    }

    pub fn available(&self) -> usize {
        self.counts.lock().unwrap().free
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut counts = self.of.lock().unwrap();
        match counts.queue.pop_front() {
            Some(next) => next.send(()).expect("who is in the queue waits"),
            None => counts.free += 1,
        }
    }
}

pub struct ActivePool {
    limit: usize,
    inside: Mutex<Vec<Arc<str>>>,
    left: Condvar,
}

impl ActivePool {
    pub fn new(limit: usize) -> Self {
        ActivePool {
            limit,
            inside: Mutex::new(Vec::new()),
            left: Condvar::new(),
        }
    }

    pub fn run<R>(&self, name: &str, f: impl FnOnce() -> R) -> R {
        let me: Arc<str> = name.into();
        self.left
            .wait_while(self.inside.lock().unwrap(), |inside| {
                inside.len() >= self.limit
            })
            .unwrap()
            .push(me.clone());
        let _leave = Leave { pool: self, me };
        f()
    }

    pub fn active(&self) -> Vec<String> {
        let inside = self.inside.lock().unwrap();
        inside.iter().map(|name| name.to_string()).collect()
    }
}

struct Leave<'a> {
    pool: &'a ActivePool,
    me: Arc<str>,
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        // Compared by place in memory: another thread may have the same name.
        let mut inside = self.pool.inside.lock().unwrap();
        inside.retain(|name| !Arc::ptr_eq(name, &self.me));
        self.pool.left.notify_one();
    }
}
