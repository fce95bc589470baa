//@ outcome: 0 0\n
//@ outcome: 0 1\n
//@ outcome: 0 2\n
//@ outcome: 1 1\n
//@ outcome: 1 2\n
//@ outcome: 2 2\n
// One variable: a reader never goes back in time, relaxed or not.
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static X: AtomicU32 = AtomicU32::new(0);

fn main() {
    let writer = thread::spawn(|| {
        X.store(1, Relaxed);
        X.store(2, Relaxed);
    });
    let first = X.load(Relaxed);
    let second = X.load(Relaxed);
    println!("{first} {second}");
    writer.join().unwrap();
}
