//! Wrong: the room of the VecDeque is the limit: there is no limit for items without a size.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex};

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}
pub struct BoundedBuffer<T> {
    capacity: usize,
    state: Mutex<State<T>>,
    not_full: Condvar,
    not_empty: Condvar,
}
impl<T> BoundedBuffer<T> {
    pub fn new(capacity: NonZeroUsize) -> Self {
        BoundedBuffer {
            capacity: capacity.get(),
            state: Mutex::new(State { items: VecDeque::with_capacity(capacity.get().min(1024)), closed: false }),
            not_full: Condvar::new(),
            not_empty: Condvar::new(),
        }
    }
    pub fn put(&self, item: T) -> Result<(), T> {
        let s = self.state.lock().unwrap();
        let mut s = self
            .not_full
            .wait_while(s, |s| !s.closed && s.items.len() >= s.items.capacity().max(self.capacity))
            .unwrap();
        if s.closed {
            drop(s);
            return Err(item);
        }
        s.items.push_back(item);
        drop(s);
        self.not_empty.notify_one();
        Ok(())
    }
    pub fn take(&self) -> Option<T> {
        let s = self.state.lock().unwrap();
        let mut s = self.not_empty.wait_while(s, |s| !s.closed && s.items.is_empty()).unwrap();
        let item = s.items.pop_front()?;
        drop(s);
        self.not_full.notify_one();
        Some(item)
    }
    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut s = self.state.lock().unwrap();
        if s.closed || s.items.len() >= s.items.capacity().max(self.capacity) {
            return Err(item);
        }
        s.items.push_back(item);
        self.not_empty.notify_one();
        Ok(())
    }
    pub fn try_take(&self) -> Option<T> {
        let item = self.state.lock().unwrap().items.pop_front()?;
        self.not_full.notify_one();
        Some(item)
    }
    pub fn close(&self) {
        self.state.lock().unwrap().closed = true;
        self.not_full.notify_all();
        self.not_empty.notify_all();
    }
    pub fn len(&self) -> usize {
        self.state.lock().unwrap().items.len()
    }
}
