//! Bug: a refused release takes the owner out for a moment: the holder does not hold the lock meanwhile.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::*};
use std::sync::{Condvar, Mutex};
static IDS: AtomicU64 = AtomicU64::new(1);
thread_local!(static ME: u64 = IDS.fetch_add(1, Relaxed));
#[derive(Debug, Default)]
pub struct ReentrantLock {
    owner: AtomicU64,
    depth: AtomicUsize,
    sleepers: Mutex<()>,
    free: Condvar,
}
fn me() -> u64 {
    ME.with(|m| *m)
}
impl ReentrantLock {
    pub fn new() -> Self {
        Self::default()
    }
    fn grab(&self) -> bool {
        self.owner.compare_exchange(0, me(), SeqCst, SeqCst).is_ok()
    }
    pub fn acquire(&self) {
        if self.owner.load(SeqCst) != me() {
            let n = self.sleepers.lock().unwrap();
            drop(self.free.wait_while(n, |_| !self.grab()).unwrap());
        }
        self.depth.fetch_add(1, SeqCst);
    }
    pub fn try_acquire(&self) -> bool {
        if self.owner.load(SeqCst) == me() || self.grab() {
            self.depth.fetch_add(1, SeqCst);
            true
        } else {
            false
        }
    }
    pub fn release(&self) {
        if self.owner.load(SeqCst) != me() {
            let owner = self.owner.swap(0, SeqCst);
            self.owner.store(owner, SeqCst);
            panic!("held by {owner}");
        }
        if self.depth.fetch_sub(1, SeqCst) > 1 {
            return;
        }
        self.owner.store(0, SeqCst);
        drop(self.sleepers.lock().unwrap());
        self.free.notify_one();
    }
    pub fn depth(&self) -> usize {
        if self.owner.load(SeqCst) == me() { self.depth.load(SeqCst) } else { 0 }
    }
}
