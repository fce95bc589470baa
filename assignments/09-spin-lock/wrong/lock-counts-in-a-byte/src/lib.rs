use std::hint::spin_loop;
use std::sync::atomic::{Ordering::*, *};
pub struct SpinLock {
    c: AtomicU8,
}
impl SpinLock {
    pub fn new() -> Self {
        SpinLock { c: AtomicU8::new(0) }
    }
    pub fn lock(&self) {
        while self.c.fetch_add(1, Acquire) != 0 {
            spin_loop();
        }
    }
    pub fn try_lock(&self) -> bool {
        self.c.compare_exchange(0, 1, Acquire, Relaxed).is_ok()
    }
    pub fn unlock(&self) {
        self.c.store(0, Release)
    }
}
