//@ outcome: 0 0\n
//@ outcome: 0 1\n
//@ outcome: 1 0\n
//@ outcome: 1 1\n
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;

static X: AtomicI32 = AtomicI32::new(0);
static Y: AtomicI32 = AtomicI32::new(0);

fn main() {
    let t = thread::spawn(|| {
        X.store(1, Ordering::Relaxed);
        Y.load(Ordering::Relaxed)
    });
    Y.store(1, Ordering::Relaxed);
    let b = X.load(Ordering::Relaxed);
    let a = t.join().unwrap();
    println!("{a} {b}");
}
