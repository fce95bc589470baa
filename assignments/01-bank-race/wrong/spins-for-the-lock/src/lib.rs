// hand-made lock that spins without yielding
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::*};
pub struct Account {
    l: AtomicBool,
    b: AtomicU64,
}
impl Account {
    pub fn new(b: u64) -> Self {
        Account { l: AtomicBool::new(false), b: AtomicU64::new(b) }
    }
    fn lock(&self) {
        while self.l.swap(true, Acquire) {
            std::hint::spin_loop();
        }
    }
    pub fn balance(&self) -> u64 {
        self.b.load(Acquire)
    }
    pub fn deposit(&self, a: u64) {
        self.lock();
        let b = self.b.load(Relaxed);
        self.b.store(b + a, Release);
        self.l.store(false, Release);
    }
    pub fn withdraw(&self, a: u64) -> bool {
        self.lock();
        let b = self.b.load(Relaxed);
        let ok = b >= a;
        if ok {
            self.b.store(b - a, Release);
        }
        self.l.store(false, Release);
        ok
    }
}
