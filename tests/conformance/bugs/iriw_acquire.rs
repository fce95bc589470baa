//@ finds: assertion
//@ engines: bounded loom
// Two readers disagree about the order of two writes.
use std::sync::atomic::{AtomicBool, Ordering::*};
use std::thread;

static X: AtomicBool = AtomicBool::new(false);
static Y: AtomicBool = AtomicBool::new(false);

fn main() {
    let w1 = thread::spawn(|| X.store(true, Release));
    let w2 = thread::spawn(|| Y.store(true, Release));
    let r = thread::spawn(|| X.load(Acquire) && !Y.load(Acquire));
    let y_first = Y.load(Acquire) && !X.load(Acquire);
    let x_first = r.join().unwrap();
    w1.join().unwrap();
    w2.join().unwrap();
    assert!(!(x_first && y_first));
}
