//! Wrong: one condition variable for both sides; every change wakes only one thread.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex};

pub struct BoundedBuffer<T> {
    capacity: NonZeroUsize,
    /// `None` in the second place: closed.
    state: Mutex<(VecDeque<T>, Option<()>)>,
    changed: Condvar,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: NonZeroUsize) -> Self {
        BoundedBuffer {
            capacity,
            state: Mutex::new((VecDeque::new(), Some(()))),
            changed: Condvar::new(),
        }
    }

    pub fn put(&self, item: T) -> Result<(), T> {
        let mut state = self
            .changed
            .wait_while(self.state.lock().unwrap(), |(items, open)| {
                open.is_some() && items.len() == self.capacity.get()
            })
            .unwrap();
        if state.1.is_none() {
            return Err(item);
        }
        state.0.push_back(item);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    pub fn take(&self) -> Option<T> {
        let mut state = self
            .changed
            .wait_while(self.state.lock().unwrap(), |(items, open)| {
                open.is_some() && items.is_empty()
            })
            .unwrap();
        let item = state.0.pop_front();
        drop(state);
        self.changed.notify_one();
        item
    }

    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut state = self.state.lock().unwrap();
        if state.1.is_none() || state.0.len() == self.capacity.get() {
            return Err(item);
        }
        state.0.push_back(item);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    pub fn try_take(&self) -> Option<T> {
        let item = self.state.lock().unwrap().0.pop_front();
        if item.is_some() {
            self.changed.notify_one();
        }
        item
    }

    pub fn close(&self) {
        self.state.lock().unwrap().1 = None;
        self.changed.notify_all();
    }

    pub fn len(&self) -> usize {
        self.state.lock().unwrap().0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
