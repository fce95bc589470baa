//@ outcome: 5\n
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

fn main() {
    let n = AtomicU32::new(0);
    thread::scope(|s| {
        s.spawn(|| n.store(5, Ordering::Relaxed));
        let seen = loop {
            let seen = n.load(Ordering::Relaxed);
            if seen != 0 {
                break seen;
            }
            thread::yield_now();
        };
        println!("{seen}");
    });
}
