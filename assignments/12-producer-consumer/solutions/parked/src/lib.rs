//! A mutex that is never held for long; who has to wait parks and is woken by every change.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::thread::{self, Thread};

pub struct BoundedBuffer<T> {
    capacity: NonZeroUsize,
    state: Mutex<State<T>>,
}

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
    sleepers: Vec<Thread>,
}

impl<T> State<T> {
    fn changed(&mut self) {
        for sleeper in self.sleepers.drain(..) {
            sleeper.unpark();
        }
    }
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: NonZeroUsize) -> Self {
        let state = State {
            items: VecDeque::new(),
            closed: false,
            sleepers: Vec::new(),
        };
        BoundedBuffer {
            capacity,
            state: Mutex::new(state),
        }
    }

    /// Runs `step` until it gives a result; sleeps until something has changed in between.
    fn until<R>(&self, mut step: impl FnMut(&mut State<T>) -> Option<R>) -> R {
        loop {
            {
                let mut state = self.state.lock().unwrap();
                if let Some(result) = step(&mut state) {
                    state.changed();
                    return result;
                }
                let me = thread::current();
                if state.sleepers.iter().all(|t| t.id() != me.id()) {
                    state.sleepers.push(me);
                }
            }
            thread::park();
        }
    }

    pub fn put(&self, item: T) -> Result<(), T> {
        let mut item = Some(item);
        self.until(|state| {
            if state.closed {
                return item.take().map(Err);
            }
            if state.items.len() == self.capacity.get() {
                return None;
            }
            state.items.extend(item.take());
            Some(Ok(()))
        })
    }

    pub fn take(&self) -> Option<T> {
        self.until(|state| match state.items.pop_front() {
            Some(item) => Some(Some(item)),
            None if state.closed => Some(None),
            None => None,
        })
    }

    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut state = self.state.lock().unwrap();
        if state.closed || state.items.len() == self.capacity.get() {
            return Err(item);
        }
        state.items.push_back(item);
        state.changed();
        Ok(())
    }

    pub fn try_take(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        let item = state.items.pop_front();
        state.changed();
        item
    }

    pub fn close(&self) {
        let mut state = self.state.lock().unwrap();
        state.closed = true;
        state.changed();
    }

    pub fn len(&self) -> usize {
        self.state.lock().unwrap().items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
