//@ outcome: 3\n
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

fn main() {
    let n = AtomicU32::new(0);
    thread::scope(|s| {
        s.spawn(|| {
            n.fetch_add(1, Relaxed);
            s.spawn(|| n.fetch_add(2, Relaxed));
        });
    });
    println!("{}", n.into_inner());
}
