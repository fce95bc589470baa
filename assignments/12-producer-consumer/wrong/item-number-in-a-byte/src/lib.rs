//! Wrong: items are numbered with a byte: the 257th comes out first.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroUsize;
use std::sync::{Arc, Condvar, Mutex};

struct Slot<X> {
    answer: Mutex<Option<X>>,
    ready: Condvar,
}
impl<X> Slot<X> {
    fn new() -> Arc<Self> {
        Arc::new(Slot { answer: Mutex::new(None), ready: Condvar::new() })
    }
    fn give(&self, x: X) {
        *self.answer.lock().unwrap() = Some(x);
        self.ready.notify_one();
    }
    fn get(&self) -> X {
        let mut a = self.answer.lock().unwrap();
        loop {
            match a.take() {
                Some(x) => return x,
                None => a = self.ready.wait(a).unwrap(),
            }
        }
    }
}
struct Inner<T> {
    closed: bool,
    items: BTreeMap<u8, T>,
    next: u8,
    takers: VecDeque<Arc<Slot<Option<T>>>>,
    putters: VecDeque<(T, Arc<Slot<Result<(), T>>>)>,
}
pub struct BoundedBuffer<T> {
    inner: Mutex<Inner<T>>,
    capacity: NonZeroUsize,
}
impl<T> Inner<T> {
    fn store(&mut self, item: T) {
        match self.takers.pop_front() {
            Some(t) => t.give(Some(item)),
            None => {
                self.items.insert(self.next, item);
                self.next = self.next.wrapping_add(1);
            }
        }
    }
    fn pop(&mut self) -> Option<T> {
        let (_, item) = self.items.pop_first()?;
        if let Some((next, slot)) = self.putters.pop_front() {
            self.store(next);
            slot.give(Ok(()));
        }
        Some(item)
    }
}
impl<T> BoundedBuffer<T> {
    pub fn new(capacity: NonZeroUsize) -> Self {
        let inner =
            Inner { closed: false, items: BTreeMap::new(), next: 0, takers: VecDeque::new(), putters: VecDeque::new() };
        BoundedBuffer { inner: Mutex::new(inner), capacity }
    }
    pub fn put(&self, item: T) -> Result<(), T> {
        let slot;
        {
            let mut i = self.inner.lock().unwrap();
            if i.closed {
                return Err(item);
            }
            if i.items.len() < self.capacity.get() {
                i.store(item);
                return Ok(());
            }
            slot = Slot::new();
            i.putters.push_back((item, slot.clone()));
        }
        slot.get()
    }
    pub fn take(&self) -> Option<T> {
        let slot;
        {
            let mut i = self.inner.lock().unwrap();
            if let Some(x) = i.pop() {
                return Some(x);
            }
            if i.closed {
                return None;
            }
            slot = Slot::new();
            i.takers.push_back(slot.clone());
        }
        slot.get()
    }
    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut i = self.inner.lock().unwrap();
        if i.closed || i.items.len() >= self.capacity.get() {
            return Err(item);
        }
        i.store(item);
        Ok(())
    }
    pub fn try_take(&self) -> Option<T> {
        self.inner.lock().unwrap().pop()
    }
    pub fn close(&self) {
        let mut i = self.inner.lock().unwrap();
        i.closed = true;
        for t in std::mem::take(&mut i.takers) {
            t.give(None);
        }
        for (item, slot) in std::mem::take(&mut i.putters) {
            slot.give(Err(item));
        }
    }
    pub fn len(&self) -> usize {
        self.inner.lock().unwrap().items.len()
    }
}
