//@ outcome: Ok(0) 1\n
//@ allowed: Err(0) 0\n
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

fn main() {
    let a = AtomicU32::new(0);
    let r = a.compare_exchange_weak(0, 1, Relaxed, Relaxed);
    println!("{r:?} {}", a.load(Relaxed));
}
