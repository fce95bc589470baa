//@ outcome: 3\n
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

fn main() {
    let x = AtomicU32::new(0);
    let y = AtomicU32::new(0);
    thread::scope(|s| {
        s.spawn(|| x.store(1, Relaxed));
        s.spawn(|| y.store(2, Relaxed));
    });
    println!("{}", x.load(Relaxed) + y.load(Relaxed));
}
