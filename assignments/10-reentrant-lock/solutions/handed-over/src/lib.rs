//! First come, first served: the last release hands the lock to whoever waits longest, and unparks it.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::thread::{self, Thread};

#[derive(Default)]
pub struct ReentrantLock(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    holder: Option<(Thread, usize)>,
    queue: VecDeque<Thread>,
}

impl Inner {
    /// The depth of the calling thread, if it is the holder.
    fn mine(&mut self) -> Option<&mut usize> {
        let me = thread::current().id();
        self.holder
            .as_mut()
            .filter(|(holder, _)| holder.id() == me)
            .map(|(_, depth)| depth)
    }

    fn enter(&mut self) -> bool {
        if let Some(depth) = self.mine() {
            *depth += 1;
            return true;
        }
        let free = self.holder.is_none();
        if free {
            self.holder = Some((thread::current(), 1));
        }
        free
    }
}

impl ReentrantLock {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn acquire(&self) {
        let mut inner = self.0.lock().unwrap();
        if inner.enter() {
            return;
        }
        inner.queue.push_back(thread::current());
        drop(inner);
        // A park may return for no reason; the holder says whether it is our turn.
        while self.depth() == 0 {
            thread::park();
        }
    }

    pub fn try_acquire(&self) -> bool {
        self.0.lock().unwrap().enter()
    }

    pub fn release(&self) {
        let mut inner = self.0.lock().unwrap();
        let Some(depth) = inner.mine() else {
            drop(inner);
            panic!("release without acquire");
        };
        *depth -= 1;
        if *depth > 0 {
            return;
        }
        inner.holder = inner.queue.pop_front().map(|next| (next, 1));
        if let Some((next, _)) = &inner.holder {
            next.unpark();
        }
    }

    pub fn depth(&self) -> usize {
        self.0.lock().unwrap().mine().map_or(0, |depth| *depth)
    }
}
