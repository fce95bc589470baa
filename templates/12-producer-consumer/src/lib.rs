//! Assignment 12: a bounded buffer between producers and consumers.
//!
//! This version compiles, but it never waits and never closes.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Mutex;

pub struct BoundedBuffer<T> {
    capacity: NonZeroUsize,
    items: Mutex<VecDeque<T>>,
}

impl<T> BoundedBuffer<T> {
    /// An empty buffer with room for `capacity` items.
    pub fn new(capacity: NonZeroUsize) -> Self {
        BoundedBuffer {
            capacity,
            items: Mutex::new(VecDeque::new()),
        }
    }

    /// Waits while the buffer is full. Gives the item back if the buffer is closed.
    pub fn put(&self, item: T) -> Result<(), T> {
        // TODO: wait for a place.
        self.try_put(item)
    }

    /// Waits while the buffer is empty. `None`: it is closed, and nothing is left.
    pub fn take(&self) -> Option<T> {
        // TODO: wait for an item.
        self.try_take()
    }

    /// Gives the item back if the buffer is full or closed. Never waits.
    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut items = self.items.lock().unwrap();
        if items.len() == self.capacity.get() {
            return Err(item);
        }
        items.push_back(item);
        Ok(())
    }

    /// `None`: there is no item. Never waits.
    pub fn try_take(&self) -> Option<T> {
        self.items.lock().unwrap().pop_front()
    }

    /// Nothing is stored from now on; what is in the buffer can still be taken.
    pub fn close(&self) {
        // TODO
    }

    /// How many items are in the buffer?
    pub fn len(&self) -> usize {
        self.items.lock().unwrap().len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
