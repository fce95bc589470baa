//@ outcome: Ok(5) Err(6) 6\n
use std::sync::atomic::{AtomicI64, Ordering::*};

fn main() {
    let a = AtomicI64::new(5);
    let first = a.compare_exchange(5, 6, SeqCst, Relaxed);
    let second = a.compare_exchange(5, 7, Release, Acquire);
    println!("{first:?} {second:?} {}", a.load(SeqCst));
}
