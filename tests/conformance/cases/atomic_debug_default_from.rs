//@ outcome: 7 false 0 Relaxed\n
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};

fn main() {
    let a = AtomicU32::from(7);
    let b = AtomicBool::default();
    let c: AtomicUsize = Default::default();
    println!("{a:?} {b:?} {c:?} {:?}", Ordering::Relaxed);
}
