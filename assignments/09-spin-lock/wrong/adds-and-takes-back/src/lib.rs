use std::hint::spin_loop;
use std::sync::atomic::{Ordering::*, *};
pub struct SpinLock {
    c: AtomicU32,
}
impl SpinLock {
    pub fn new() -> Self {
        SpinLock { c: AtomicU32::new(0) }
    }
    pub fn lock(&self) {
        while self.c.compare_exchange_weak(0, 1, Acquire, Relaxed).is_err() {
            spin_loop();
        }
    }
    pub fn try_lock(&self) -> bool {
        if self.c.fetch_add(1, Acquire) == 0 {
            true
        } else {
            self.c.fetch_sub(1, Relaxed);
            false
        }
    }
    pub fn unlock(&self) {
        self.c.fetch_sub(1, Release);
    }
}
