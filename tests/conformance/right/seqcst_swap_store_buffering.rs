//@ right
// The stores are swaps.
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

static X: AtomicBool = AtomicBool::new(false);
static Y: AtomicBool = AtomicBool::new(false);

fn main() {
    let t = thread::spawn(|| {
        X.swap(true, SeqCst);
        Y.load(SeqCst)
    });
    Y.swap(true, SeqCst);
    let saw_x = X.load(SeqCst);
    assert!(t.join().unwrap() || saw_x);
}
