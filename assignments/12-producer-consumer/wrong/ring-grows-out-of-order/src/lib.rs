//! Wrong: a ring that grows while it is wrapped mixes up the order.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::{Condvar, Mutex};

struct Ring<T> {
    slots: Vec<Option<T>>,
    head: usize,
    len: usize,
    takers: usize,
    putters: usize,
}
impl<T> Ring<T> {
    fn push(&mut self, item: T) {
        if self.len == self.slots.len() {
            let more = self.slots.len().max(4);
            self.slots.extend((0..more).map(|_| None));
        }
        let at = (self.head + self.len) % self.slots.len();
        self.slots[at] = Some(item);
        self.len += 1;
    }
    fn pop(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        let item = self.slots[self.head].take();
        self.head = (self.head + 1) % self.slots.len();
        self.len -= 1;
        item
    }
}
pub struct BoundedBuffer<T> {
    ring: Mutex<Ring<T>>,
    items: Condvar,
    places: Condvar,
    closed: AtomicBool,
    len: AtomicUsize,
    capacity: usize,
}
impl<T> BoundedBuffer<T> {
    pub fn new(capacity: NonZeroUsize) -> Self {
        BoundedBuffer {
            ring: Mutex::new(Ring { slots: vec![], head: 0, len: 0, takers: 0, putters: 0 }),
            items: Condvar::new(),
            places: Condvar::new(),
            closed: AtomicBool::new(false),
            len: AtomicUsize::new(0),
            capacity: capacity.into(),
        }
    }
    pub fn put(&self, item: T) -> Result<(), T> {
        let mut r = self.ring.lock().unwrap();
        while r.len == self.capacity && !self.closed.load(Relaxed) {
            r.putters += 1;
            r = self.places.wait(r).unwrap();
            r.putters -= 1;
        }
        if self.closed.load(Relaxed) {
            return Err(item);
        }
        r.push(item);
        self.len.store(r.len, Release);
        if r.takers > 0 {
            self.items.notify_one();
        }
        Ok(())
    }
    pub fn take(&self) -> Option<T> {
        let mut r = self.ring.lock().unwrap();
        while r.len == 0 && !self.closed.load(Relaxed) {
            r.takers += 1;
            r = self.items.wait(r).unwrap();
            r.takers -= 1;
        }
        self.out(&mut r)
    }
    fn out(&self, r: &mut Ring<T>) -> Option<T> {
        let item = r.pop()?;
        self.len.store(r.len, Release);
        if r.putters > 0 {
            self.places.notify_one();
        }
        Some(item)
    }
    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut r = self.ring.lock().unwrap();
        if self.closed.load(Relaxed) || r.len == self.capacity {
            return Err(item);
        }
        r.push(item);
        self.len.store(r.len, Release);
        if r.takers > 0 {
            self.items.notify_one();
        }
        Ok(())
    }
    pub fn try_take(&self) -> Option<T> {
        self.out(&mut self.ring.lock().unwrap())
    }
    pub fn close(&self) {
        let r = self.ring.lock().unwrap();
        self.closed.store(true, Relaxed);
        if r.takers > 0 {
            self.items.notify_all();
        }
        if r.putters > 0 {
            self.places.notify_all();
        }
    }
    pub fn len(&self) -> usize {
        self.len.load(Acquire)
    }
}
