//@ outcome: 0 0\n
//@ outcome: 0 1\n
//@ outcome: 1 0\n
use std::sync::atomic::{AtomicU8, Ordering::*};
use std::thread;

fn main() {
    let (x, y) = (AtomicU8::new(0), AtomicU8::new(0));
    let (a, b) = thread::scope(|s| {
        let t = s.spawn(|| {
            let a = x.load(Acquire);
            y.store(1, Release);
            a
        });
        let b = y.load(Acquire);
        x.store(1, Release);
        (t.join().unwrap(), b)
    });
    println!("{a} {b}");
}
