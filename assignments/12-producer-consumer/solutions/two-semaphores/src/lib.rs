//! The classic: a semaphore counts the places, another one the items, and a mutex guards the queue. Closing a semaphore
//! lets everybody through who waits at it.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex};

pub struct BoundedBuffer<T> {
    places: Semaphore,
    items: Semaphore,
    queue: Mutex<Queue<T>>,
}

struct Queue<T> {
    items: VecDeque<T>,
    closed: bool,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: NonZeroUsize) -> Self {
        BoundedBuffer {
            places: Semaphore::new(capacity.get()),
            items: Semaphore::new(0),
            queue: Mutex::new(Queue {
                items: VecDeque::new(),
                closed: false,
            }),
        }
    }

    pub fn put(&self, item: T) -> Result<(), T> {
        if self.places.acquire() {
            self.add(item)
        } else {
            Err(item)
        }
    }

    pub fn try_put(&self, item: T) -> Result<(), T> {
        if self.places.try_acquire() {
            self.add(item)
        } else {
            Err(item)
        }
    }

    /// With a place in hand.
    fn add(&self, item: T) -> Result<(), T> {
        {
            let mut queue = self.queue.lock().unwrap();
            if queue.closed {
                return Err(item);
            }
            queue.items.push_back(item);
        }
        self.items.release();
        Ok(())
    }

    pub fn take(&self) -> Option<T> {
        // Closed: there may be items all the same.
        self.items.acquire();
        self.remove()
    }

    pub fn try_take(&self) -> Option<T> {
        if self.items.try_acquire() || self.queue.lock().unwrap().closed {
            self.remove()
        } else {
            None
        }
    }

    fn remove(&self) -> Option<T> {
        let item = self.queue.lock().unwrap().items.pop_front()?;
        self.places.release();
        Some(item)
    }

    pub fn close(&self) {
        self.queue.lock().unwrap().closed = true;
        self.places.close();
        self.items.close();
    }

    pub fn len(&self) -> usize {
        self.queue.lock().unwrap().items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

struct Semaphore {
    /// How many are free; `None`: closed.
    free: Mutex<Option<usize>>,
    released: Condvar,
}

impl Semaphore {
    fn new(free: usize) -> Self {
        Semaphore {
            free: Mutex::new(Some(free)),
            released: Condvar::new(),
        }
    }

    /// False: closed.
    fn acquire(&self) -> bool {
        let mut free = self
            .released
            .wait_while(self.free.lock().unwrap(), |free| *free == Some(0))
            .unwrap();
        match &mut *free {
            Some(n) => {
                *n -= 1;
                true
            }
            None => false,
        }
    }

    fn try_acquire(&self) -> bool {
        match &mut *self.free.lock().unwrap() {
            None | Some(0) => false,
            Some(n) => {
                *n -= 1;
                true
            }
        }
    }

    fn release(&self) {
        if let Some(n) = &mut *self.free.lock().unwrap() {
            *n += 1;
        }
        self.released.notify_one();
    }

    fn close(&self) {
        *self.free.lock().unwrap() = None;
        self.released.notify_all();
    }
}
