//@ outcome: 12\n
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

fn main() {
    let mut n = AtomicU32::new(1);
    *n.get_mut() += 1;
    thread::scope(|s| {
        s.spawn(|| n.fetch_add(10, Ordering::Relaxed));
    });
    println!("{}", n.into_inner());
}
