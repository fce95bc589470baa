//! Bug: try_take notifies only if the buffer was full.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex};
struct S<T> {
    q: VecDeque<T>,
    closed: bool,
}
pub struct BoundedBuffer<T> {
    cap: usize,
    s: Mutex<S<T>>,
    room: Condvar,
    items: Condvar,
}
impl<T> BoundedBuffer<T> {
    pub fn new(capacity: NonZeroUsize) -> Self {
        Self {
            cap: capacity.get(),
            s: Mutex::new(S { q: VecDeque::new(), closed: false }),
            room: Condvar::new(),
            items: Condvar::new(),
        }
    }
    pub fn put(&self, item: T) -> Result<(), T> {
        let mut s = self.s.lock().unwrap();
        while !s.closed && s.q.len() == self.cap {
            s = self.room.wait(s).unwrap();
        }
        if s.closed {
            return Err(item);
        }
        s.q.push_back(item);
        drop(s);
        self.items.notify_one();
        Ok(())
    }
    pub fn take(&self) -> Option<T> {
        let mut s = self.s.lock().unwrap();
        while s.q.is_empty() && !s.closed {
            s = self.items.wait(s).unwrap();
        }
        let item = s.q.pop_front();
        drop(s);
        self.room.notify_one();
        item
    }
    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut s = self.s.lock().unwrap();
        if s.closed || s.q.len() == self.cap {
            return Err(item);
        }
        s.q.push_back(item);
        self.items.notify_one();
        Ok(())
    }
    pub fn try_take(&self) -> Option<T> {
        let mut s = self.s.lock().unwrap();
        let full = s.q.len() == self.cap;
        let item = s.q.pop_front()?;
        if full {
            self.room.notify_one();
        }
        Some(item)
    }
    pub fn close(&self) {
        self.s.lock().unwrap().closed = true;
        self.room.notify_all();
        self.items.notify_all();
    }
    pub fn len(&self) -> usize {
        self.s.lock().unwrap().q.len()
    }
}
