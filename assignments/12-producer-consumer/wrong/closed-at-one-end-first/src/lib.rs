//! Wrong: `close` closes the end of those who take, and after it that of those who put.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock};

struct Node<T> {
    item: Mutex<Option<T>>,
    next: OnceLock<Arc<Node<T>>>,
}

fn node<T>(item: Option<T>) -> Arc<Node<T>> {
    Arc::new(Node { item: Mutex::new(item), next: OnceLock::new() })
}

struct End<T> {
    node: Arc<Node<T>>,
    closed: bool,
}

pub struct BoundedBuffer<T> {
    capacity: usize,
    count: AtomicUsize,
    head: Mutex<End<T>>,
    not_empty: Condvar,
    tail: Mutex<End<T>>,
    not_full: Condvar,
}

impl<T> BoundedBuffer<T> {
    pub fn new(capacity: NonZeroUsize) -> Self {
        let dummy = node(None);
        BoundedBuffer {
            capacity: capacity.get(),
            count: AtomicUsize::new(0),
            head: Mutex::new(End { node: dummy.clone(), closed: false }),
            not_empty: Condvar::new(),
            tail: Mutex::new(End { node: dummy, closed: false }),
            not_full: Condvar::new(),
        }
    }

    fn append(&self, tail: &mut End<T>, item: T) -> usize {
        let new = node(Some(item));
        assert!(tail.node.next.set(new.clone()).is_ok());
        tail.node = new;
        let before = self.count.fetch_add(1, Ordering::SeqCst);
        if before + 1 < self.capacity {
            self.not_full.notify_one();
        }
        before
    }

    fn remove(&self, head: &mut End<T>) -> (T, usize) {
        let next = head.node.next.get().expect("counted").clone();
        let item = next.item.lock().unwrap().take().expect("full node");
        head.node = next;
        let before = self.count.fetch_sub(1, Ordering::SeqCst);
        if before > 1 {
            self.not_empty.notify_one();
        }
        (item, before)
    }

    fn signal_not_empty(&self) {
        let _guard = self.head.lock().unwrap();
        self.not_empty.notify_one();
    }

    fn signal_not_full(&self) {
        let _guard = self.tail.lock().unwrap();
        self.not_full.notify_one();
    }

    pub fn put(&self, item: T) -> Result<(), T> {
        let before = {
            let mut tail = self.tail.lock().unwrap();
            while !tail.closed && self.count.load(Ordering::SeqCst) >= self.capacity {
                tail = self.not_full.wait(tail).unwrap();
            }
            if tail.closed {
                return Err(item);
            }
            self.append(&mut tail, item)
        };
        if before == 0 {
            self.signal_not_empty();
        }
        Ok(())
    }

    pub fn try_put(&self, item: T) -> Result<(), T> {
        let before = {
            let mut tail = self.tail.lock().unwrap();
            if tail.closed || self.count.load(Ordering::SeqCst) >= self.capacity {
                return Err(item);
            }
            self.append(&mut tail, item)
        };
        if before == 0 {
            self.signal_not_empty();
        }
        Ok(())
    }

    pub fn take(&self) -> Option<T> {
        let (item, before) = {
            let mut head = self.head.lock().unwrap();
            loop {
                if self.count.load(Ordering::SeqCst) > 0 {
                    break self.remove(&mut head);
                }
                if head.closed {
                    return None;
                }
                head = self.not_empty.wait(head).unwrap();
            }
        };
        if before == self.capacity {
            self.signal_not_full();
        }
        Some(item)
    }

    pub fn try_take(&self) -> Option<T> {
        let (item, before) = {
            let mut head = self.head.lock().unwrap();
            if self.count.load(Ordering::SeqCst) == 0 {
                return None;
            }
            self.remove(&mut head)
        };
        if before == self.capacity {
            self.signal_not_full();
        }
        Some(item)
    }

    pub fn close(&self) {
        self.head.lock().unwrap().closed = true;
        self.tail.lock().unwrap().closed = true;
        self.not_full.notify_all();
        self.not_empty.notify_all();
    }

    pub fn len(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

impl<T> Drop for BoundedBuffer<T> {
    fn drop(&mut self) {
        // No recursion through a long list.
        let mut at = self.head.get_mut().unwrap().node.clone();
        self.head.get_mut().unwrap().node = node(None);
        self.tail.get_mut().unwrap().node = node(None);
        while let Ok(mut only) = Arc::try_unwrap(at) {
            match only.next.take() {
                Some(next) => at = next,
                None => return,
            }
        }
    }
}
