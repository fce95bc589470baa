//@ outcome: 1 2\n
//@ outcome: 2 1\n
//@ outcome: 2 2\n
//@ allowed: 1 1\n
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};
use std::thread;

fn main() {
    let x = AtomicI32::new(0);
    let y = AtomicI32::new(0);
    thread::scope(|s| {
        s.spawn(|| {
            x.store(1, Relaxed);
            y.store(2, Relaxed);
        });
        s.spawn(|| {
            y.store(1, Relaxed);
            x.store(2, Relaxed);
        });
    });
    println!("{} {}", x.into_inner(), y.into_inner());
}
