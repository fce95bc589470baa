//@ finds: assertion
//@ engines: bounded loom random
// The reader's second look at the sequence number may be too early.
use std::sync::atomic::{AtomicU32, Ordering::*};
use std::thread;

static SEQ: AtomicU32 = AtomicU32::new(0);
static A: AtomicU32 = AtomicU32::new(0);
static B: AtomicU32 = AtomicU32::new(0);

fn main() {
    let t = thread::spawn(|| {
        SEQ.store(1, Relaxed);
        A.store(1, Relaxed);
        B.store(1, Relaxed);
        SEQ.store(2, Release);
    });
    let before = SEQ.load(Acquire);
    let (a, b) = (A.load(Relaxed), B.load(Relaxed));
    let after = SEQ.load(Relaxed);
    if before == after && before % 2 == 0 {
        assert_eq!(a, b);
    }
    t.join().unwrap();
}
