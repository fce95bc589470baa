//@ right
// Relaxed attempts and one acquire fence after the last.
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*, fence};
use std::thread;

static LOCKED: AtomicBool = AtomicBool::new(false);
static N: AtomicU32 = AtomicU32::new(0);

fn add() {
    while LOCKED.swap(true, Relaxed) {
        thread::yield_now();
    }
    fence(Acquire);
    N.store(N.load(Relaxed) + 1, Relaxed);
    fence(Release);
    LOCKED.store(false, Relaxed);
}

fn main() {
    let t = thread::spawn(add);
    add();
    t.join().unwrap();
    assert_eq!(N.load(Relaxed), 2);
}
