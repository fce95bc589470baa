use std::hint::spin_loop;
use std::sync::atomic::{Ordering::*, *};
pub struct SpinLock {
    n: AtomicU8,
    s: AtomicU8,
}
impl SpinLock {
    pub fn new() -> Self {
        SpinLock { n: AtomicU8::new(0), s: AtomicU8::new(0) }
    }
    pub fn lock(&self) {
        let m = self.n.fetch_add(1, Relaxed);
        while self.s.load(Acquire) != m {
            spin_loop();
        }
    }
    pub fn try_lock(&self) -> bool {
        let s = self.s.load(Acquire);
        self.n.compare_exchange(s, s + 1, Relaxed, Relaxed).is_ok()
    }
    pub fn unlock(&self) {
        self.s.fetch_add(1, Release);
    }
}
