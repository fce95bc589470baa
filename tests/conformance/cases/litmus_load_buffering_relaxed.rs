//@ outcome: 0 0\n
//@ outcome: 0 1\n
//@ outcome: 1 0\n
//@ allowed: 1 1\n
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::thread;

fn main() {
    let (x, y) = (AtomicU8::new(0), AtomicU8::new(0));
    let (a, b) = thread::scope(|s| {
        let t = s.spawn(|| {
            let a = x.load(Relaxed);
            y.store(1, Relaxed);
            a
        });
        let b = y.load(Relaxed);
        x.store(1, Relaxed);
        (t.join().unwrap(), b)
    });
    println!("{a} {b}");
}
