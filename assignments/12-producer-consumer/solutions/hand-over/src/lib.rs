//! Who has to wait leaves a channel; the other side hands the item, or the place, straight over.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};

pub struct BoundedBuffer<T> {
    capacity: usize,
    state: Mutex<State<T>>,
}

struct State<T> {
    items: VecDeque<T>,
    /// Those who wait for an item. Empty unless `items` is.
    takers: VecDeque<Sender<Option<T>>>,
    /// Those who wait for a place, with what they bring. Empty unless `items` is full.
    putters: VecDeque<(T, Sender<Result<(), T>>)>,
    closed: bool,
}

impl<T> State<T> {
    fn add(&mut self, item: T) {
        match self.takers.pop_front() {
            Some(taker) => taker.send(Some(item)).expect("a taker waits for ever"),
            None => self.items.push_back(item),
        }
    }

    fn remove(&mut self) -> Option<T> {
        let item = self.items.pop_front()?;
        if let Some((next, putter)) = self.putters.pop_front() {
            self.items.push_back(next);
            putter.send(Ok(())).ok();
        }
        Some(item)
    }

    fn full(&self, capacity: usize) -> bool {
        self.items.len() >= capacity
    }
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: NonZeroUsize) -> Self {
        BoundedBuffer {
            capacity: capacity.get(),
            state: Mutex::new(State {
                items: VecDeque::new(),
                takers: VecDeque::new(),
                putters: VecDeque::new(),
                closed: false,
            }),
        }
    }

    pub fn put(&self, item: T) -> Result<(), T> {
        let answer = {
            let mut state = self.state.lock().unwrap();
            if state.closed {
                return Err(item);
            }
            if !state.full(self.capacity) {
                state.add(item);
                return Ok(());
            }
            let (sender, receiver) = channel();
            state.putters.push_back((item, sender));
            receiver
        };
        answer.recv().unwrap()
    }

    pub fn take(&self) -> Option<T> {
        let answer = {
            let mut state = self.state.lock().unwrap();
            if let Some(item) = state.remove() {
                return Some(item);
            }
            if state.closed {
                return None;
            }
            let (sender, receiver) = channel();
            state.takers.push_back(sender);
            receiver
        };
        answer.recv().unwrap()
    }

    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut state = self.state.lock().unwrap();
        if state.closed || state.full(self.capacity) {
            return Err(item);
        }
        state.add(item);
        Ok(())
    }

    pub fn try_take(&self) -> Option<T> {
        self.state.lock().unwrap().remove()
    }

    pub fn close(&self) {
        let mut state = self.state.lock().unwrap();
        state.closed = true;
        for taker in state.takers.drain(..) {
            taker.send(None).ok();
        }
        for (item, putter) in state.putters.drain(..) {
            putter.send(Err(item)).ok();
        }
    }

    pub fn len(&self) -> usize {
        self.state.lock().unwrap().items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
