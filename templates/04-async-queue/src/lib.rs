//! Assignment 04: a bounded asynchronous queue.
//!
//! This one never waits. Make the waiting calls wait, and wake them.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Mutex;

/// The queue is closed; here is the item back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed<T>(pub T);

/// A queue between tasks that holds at most `capacity` items.
pub struct AsyncQueue<T> {
    capacity: NonZeroUsize,
    items: Mutex<VecDeque<T>>,
}

impl<T> AsyncQueue<T> {
    /// An empty queue.
    pub fn bounded(capacity: NonZeroUsize) -> Self {
        AsyncQueue {
            capacity,
            items: Mutex::new(VecDeque::new()),
        }
    }

    /// Stores an item. Waits while the queue is full.
    pub async fn put(&self, item: T) -> Result<(), Closed<T>> {
        // TODO: wait. std::future::poll_fn gives you the Context, and with it the Waker.
        self.try_put(item).map_err(Closed)
    }

    /// Takes the oldest item. Waits while the queue is empty; `None`: it is closed and drained.
    pub async fn get(&self) -> Option<T> {
        // TODO: wait.
        self.try_get()
    }

    /// Stores an item if there is room and the queue is open.
    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut items = self.items.lock().unwrap();
        if items.len() == self.capacity.get() {
            return Err(item);
        }
        items.push_back(item);
        Ok(())
    }

    /// Takes the oldest item if there is one.
    pub fn try_get(&self) -> Option<T> {
        self.items.lock().unwrap().pop_front()
    }

    /// Marks an item that was got as done.
    pub fn task_done(&self) {
        // TODO: count. Panic if there are more calls than items that were got.
    }

    /// Waits until every item that was put was got and marked done.
    pub async fn join(&self) {
        // TODO: wait.
    }

    /// Nothing gets in from now on. Wakes everyone who waits.
    pub fn close(&self) {
        // TODO
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.items.lock().unwrap().len()
    }

    /// Is there no item?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many items it can hold.
    pub fn capacity(&self) -> usize {
        self.capacity.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_waiting() {
        let queue = AsyncQueue::bounded(NonZeroUsize::new(2).unwrap());
        assert_eq!(queue.try_put(1), Ok(()));
        assert_eq!(queue.try_put(2), Ok(()));
        assert_eq!(queue.try_put(3), Err(3));
        assert_eq!(queue.try_get(), Some(1));
        assert_eq!(queue.len(), 1);
    }
}
