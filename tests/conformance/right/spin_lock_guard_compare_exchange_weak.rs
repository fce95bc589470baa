//@ right
use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
use std::thread;

struct SpinLock(AtomicBool);
struct Guard<'a>(&'a SpinLock);

impl SpinLock {
    fn lock(&self) -> Guard<'_> {
        while self.0.compare_exchange_weak(false, true, Acquire, Relaxed).is_err() {
            spin_loop();
        }
        Guard(self)
    }
}
impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.0.store(false, Release);
    }
}

fn main() {
    let lock = SpinLock(AtomicBool::new(false));
    let n = AtomicU32::new(0);
    let add = || {
        let _g = lock.lock();
        n.store(n.load(Relaxed) + 1, Relaxed);
    };
    thread::scope(|s| {
        s.spawn(add);
        s.spawn(add);
    });
    assert_eq!(n.into_inner(), 2);
}
