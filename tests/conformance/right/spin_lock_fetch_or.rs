//@ right
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering::*};
use std::thread;

static BITS: AtomicU8 = AtomicU8::new(0);
static N: AtomicU32 = AtomicU32::new(0);

fn add() {
    while BITS.fetch_or(1, Acquire) & 1 == 1 {
        thread::yield_now();
    }
    N.store(N.load(Relaxed) + 1, Relaxed);
    BITS.fetch_and(!1, Release);
}

fn main() {
    let t = thread::spawn(add);
    add();
    t.join().unwrap();
    assert_eq!(N.load(Relaxed), 2);
}
