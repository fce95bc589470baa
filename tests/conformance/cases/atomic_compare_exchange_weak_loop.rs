//@ outcome: 6\n
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

static TOTAL: AtomicU32 = AtomicU32::new(0);

fn add(n: u32) {
    let mut seen = TOTAL.load(Ordering::Relaxed);
    while let Err(now) =
        TOTAL.compare_exchange_weak(seen, seen + n, Ordering::Relaxed, Ordering::Relaxed)
    {
        seen = now;
    }
}

fn main() {
    let t = thread::spawn(|| add(2));
    add(4);
    t.join().unwrap();
    println!("{}", TOTAL.load(Ordering::Relaxed));
}
