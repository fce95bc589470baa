//@ outcome: 1\n
//@ outcome: 2\n
// A thread that stored 1 reads its own store or a newer one, never the old 0.
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static X: AtomicU32 = AtomicU32::new(0);

fn main() {
    let other = thread::spawn(|| X.store(2, Relaxed));
    X.store(1, Relaxed);
    println!("{}", X.load(Relaxed));
    other.join().unwrap();
}
