//@ right
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

static X: AtomicBool = AtomicBool::new(false);
static Y: AtomicBool = AtomicBool::new(false);

fn main() {
    let w1 = thread::spawn(|| X.store(true, SeqCst));
    let w2 = thread::spawn(|| Y.store(true, SeqCst));
    let r = thread::spawn(|| X.load(SeqCst) && !Y.load(SeqCst));
    let y_first = Y.load(SeqCst) && !X.load(SeqCst);
    let x_first = r.join().unwrap();
    w1.join().unwrap();
    w2.join().unwrap();
    assert!(!(x_first && y_first));
}
