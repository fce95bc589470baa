//! Bug: the owner outlives the last release, and the depth says whether it counts: `depth()` reads the two one after the other, and
//! takes another thread's depth for its own.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Condvar, Mutex};

static NEXT: AtomicU64 = AtomicU64::new(1);

thread_local! {
    static ME: u64 = NEXT.fetch_add(1, SeqCst);
}

#[derive(Default)]
pub struct ReentrantLock {
    gate: Mutex<()>,
    freed: Condvar,
    owner: AtomicU64,
    depth: AtomicUsize,
}

impl ReentrantLock {
    pub fn new() -> Self {
        Self::default()
    }

    fn free_or_mine(&self) -> bool {
        self.depth() > 0 || self.depth.load(SeqCst) == 0
    }

    fn enter(&self) {
        self.owner.store(ME.with(|me| *me), SeqCst);
        self.depth.fetch_add(1, SeqCst);
    }

    pub fn acquire(&self) {
        let gate = self.gate.lock().unwrap();
        let _gate = self.freed.wait_while(gate, |_| !self.free_or_mine()).unwrap();
        self.enter();
    }

    pub fn try_acquire(&self) -> bool {
        let _gate = self.gate.lock().unwrap();
        let free = self.free_or_mine();
        if free {
            self.enter();
        }
        free
    }

    pub fn release(&self) {
        let _gate = match self.gate.lock() {
            Ok(gate) => gate,
            Err(poisoned) => poisoned.into_inner(),
        };
        if self.depth() == 0 {
            drop(_gate);
            panic!("not the holder");
        }
        if self.depth.fetch_sub(1, SeqCst) == 1 {
            self.freed.notify_one();
        }
    }

    pub fn depth(&self) -> usize {
        if self.owner.load(SeqCst) == ME.with(|me| *me) {
            self.depth.load(SeqCst)
        } else {
            0
        }
    }
}
