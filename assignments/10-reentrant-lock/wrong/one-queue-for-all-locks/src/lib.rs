//! Bug: one queue for the waiters of all locks: a release may wake one that waits for another lock.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::{self, Thread};

static QUEUE: Mutex<VecDeque<Thread>> = Mutex::new(VecDeque::new());
static NEXT: AtomicU64 = AtomicU64::new(1);

thread_local! {
    static ME: u64 = NEXT.fetch_add(1, Ordering::Relaxed);
}

fn me() -> u64 {
    ME.with(|me| *me)
}

pub struct ReentrantLock {
    owner: AtomicU64,
    depth: AtomicUsize,
}

impl ReentrantLock {
    pub fn new() -> Self {
        ReentrantLock { owner: AtomicU64::new(0), depth: AtomicUsize::new(0) }
    }

    fn take(&self, me: u64) -> bool {
        if self.owner.load(Ordering::Relaxed) == me {
            self.depth.fetch_add(1, Ordering::Relaxed);
            return true;
        }
        if self.owner.compare_exchange(0, me, Ordering::Acquire, Ordering::Relaxed).is_ok() {
            self.depth.store(1, Ordering::Relaxed);
            return true;
        }
        false
    }

    pub fn acquire(&self) {
        let me = me();
        loop {
            if self.take(me) {
                return;
            }
            let mut queue = QUEUE.lock().unwrap();
            if self.take(me) {
                return;
            }
            queue.push_back(thread::current());
            drop(queue);
            thread::park();
            let id = thread::current().id();
            QUEUE.lock().unwrap().retain(|thread| thread.id() != id);
        }
    }

    pub fn try_acquire(&self) -> bool {
        self.take(me())
    }

    pub fn release(&self) {
        assert_eq!(self.owner.load(Ordering::Relaxed), me(), "release by a thread that does not hold the lock");
        if self.depth.fetch_sub(1, Ordering::Relaxed) > 1 {
            return;
        }
        let next = {
            let mut queue = QUEUE.lock().unwrap();
            self.owner.store(0, Ordering::Release);
            queue.pop_front()
        };
        if let Some(thread) = next {
            thread.unpark();
        }
    }

    pub fn depth(&self) -> usize {
        if self.owner.load(Ordering::Relaxed) == me() { self.depth.load(Ordering::Relaxed) } else { 0 }
    }
}
