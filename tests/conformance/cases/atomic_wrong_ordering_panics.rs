//@ outcome-panic: there is no such thing as a release load
use std::sync::atomic::{AtomicU32, Ordering};

fn load_with(a: &AtomicU32, how: Ordering) -> u32 {
    a.load(how)
}

fn main() {
    let a = AtomicU32::new(0);
    println!("{}", load_with(&a, Ordering::Release));
}
