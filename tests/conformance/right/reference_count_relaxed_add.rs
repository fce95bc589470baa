//@ right
// A reference count by hand: relaxed up, release down, an acquire fence for the last one.
use std::sync::atomic::{AtomicU32, Ordering::*, fence};
use std::thread;

static COUNT: AtomicU32 = AtomicU32::new(2);
static A: AtomicU32 = AtomicU32::new(0);
static B: AtomicU32 = AtomicU32::new(0);

fn release() {
    if COUNT.fetch_sub(1, Release) == 1 {
        fence(Acquire);
        assert_eq!(A.load(Relaxed) + B.load(Relaxed), 3);
    }
}

fn main() {
    let t = thread::spawn(|| {
        A.store(1, Relaxed);
        release();
    });
    B.store(2, Relaxed);
    release();
    t.join().unwrap();
}
