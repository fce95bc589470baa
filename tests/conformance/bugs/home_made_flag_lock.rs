//@ finds: assertion
//@ engines: bounded loom random
// The flag is looked at and set in two steps.
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::thread;

static LOCKED: AtomicBool = AtomicBool::new(false);
static N: AtomicU32 = AtomicU32::new(0);

fn add() {
    while LOCKED.load(SeqCst) {
        thread::yield_now();
    }
    LOCKED.store(true, SeqCst);
    let n = N.load(SeqCst);
    N.store(n + 1, SeqCst);
    LOCKED.store(false, SeqCst);
}

fn main() {
    let t = thread::spawn(add);
    add();
    t.join().unwrap();
    assert_eq!(N.load(SeqCst), 2);
}
