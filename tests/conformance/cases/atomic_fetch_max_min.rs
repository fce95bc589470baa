//@ outcome: 9 -4\n
use std::sync::atomic::{AtomicI32, Ordering::SeqCst};
use std::thread;

fn main() {
    let hi = AtomicI32::new(i32::MIN);
    let lo = AtomicI32::new(i32::MAX);
    thread::scope(|s| {
        for n in [9, -4] {
            let (hi, lo) = (&hi, &lo);
            s.spawn(move || {
                hi.fetch_max(n, SeqCst);
                lo.fetch_min(n, SeqCst);
            });
        }
    });
    println!("{} {}", hi.load(SeqCst), lo.load(SeqCst));
}
