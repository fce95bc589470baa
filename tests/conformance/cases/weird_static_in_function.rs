//@ outcome: 1 2\n
//@ outcome: 2 1\n
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

fn next_id() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn main() {
    let t = thread::spawn(next_id);
    let mine = next_id();
    println!("{mine} {}", t.join().unwrap());
}
