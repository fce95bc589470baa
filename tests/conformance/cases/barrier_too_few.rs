//@ outcome-deadlock
use std::sync::{Arc, Barrier};
use std::thread;

fn main() {
    let barrier = Arc::new(Barrier::new(3));
    let b = barrier.clone();
    let t = thread::spawn(move || {
        b.wait();
    });
    barrier.wait();
    t.join().unwrap();
}
