//@ finds: assertion
//@ engines: bounded loom random
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::*};
use std::thread;

static WANT: [AtomicBool; 2] = [const { AtomicBool::new(false) }; 2];
static TURN: AtomicUsize = AtomicUsize::new(0);
static INSIDE: AtomicU32 = AtomicU32::new(0);

fn section(me: usize) {
    WANT[me].store(true, Release);
    TURN.store(1 - me, Release);
    while WANT[1 - me].load(Acquire) && TURN.load(Acquire) == 1 - me {
        thread::yield_now();
    }
    assert_eq!(INSIDE.fetch_add(1, Relaxed), 0);
    INSIDE.fetch_sub(1, Relaxed);
    WANT[me].store(false, Release);
}

fn main() {
    let t = thread::spawn(|| section(0));
    section(1);
    t.join().unwrap();
}
