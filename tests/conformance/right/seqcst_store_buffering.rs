//@ right
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

static X: AtomicBool = AtomicBool::new(false);
static Y: AtomicBool = AtomicBool::new(false);

fn main() {
    let t = thread::spawn(|| {
        X.store(true, SeqCst);
        Y.load(SeqCst)
    });
    Y.store(true, SeqCst);
    let saw_x = X.load(SeqCst);
    assert!(t.join().unwrap() || saw_x);
}
