//@ finds: assertion
//@ engines: bounded loom random
use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
use std::thread;

static LOCKED: AtomicBool = AtomicBool::new(false);
static N: AtomicU32 = AtomicU32::new(0);

fn add() {
    while LOCKED.compare_exchange(false, true, Relaxed, Relaxed).is_err() {
        spin_loop();
    }
    N.store(N.load(Relaxed) + 1, Relaxed);
    LOCKED.store(false, Release);
}

fn main() {
    let t = thread::spawn(add);
    add();
    t.join().unwrap();
    assert_eq!(N.load(Relaxed), 2);
}
