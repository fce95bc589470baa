//@ outcome: 7\n
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static X: AtomicU32 = AtomicU32::new(0);

fn main() {
    thread::spawn(|| X.store(7, Relaxed)).join().unwrap();
    println!("{}", X.load(Relaxed));
}
