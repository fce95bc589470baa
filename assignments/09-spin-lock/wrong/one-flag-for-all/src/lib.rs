//! Bug: all locks share one static flag.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, Ordering};

static LOCKED: AtomicBool = AtomicBool::new(false);

#[derive(Default)]
pub struct SpinLock;

impl SpinLock {
    pub fn new() -> Self {
        Self
    }

    pub fn lock(&self) {
        while LOCKED.swap(true, Ordering::Acquire) {
            spin_loop();
        }
    }

    pub fn try_lock(&self) -> bool {
        !LOCKED.swap(true, Ordering::Acquire)
    }

    pub fn unlock(&self) {
        LOCKED.store(false, Ordering::Release);
    }
}
