//@ outcome: 1\n
//@ outcome: 2\n
// Atomics named through core are the same types.
use core::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;
use std::thread;

fn add(a: &std::sync::atomic::AtomicU32) {
    let n = a.load(Ordering::SeqCst);
    core::hint::spin_loop();
    a.store(n + 1, Ordering::SeqCst);
}

fn main() {
    let a = Arc::new(AtomicU32::new(0));
    let b = Arc::clone(&a);
    let t = thread::spawn(move || add(&b));
    add(&a);
    t.join().unwrap();
    println!("{}", a.load(Ordering::SeqCst));
}
