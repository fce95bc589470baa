//@ outcome: true 1\n
// The scope waits for its threads even if its own body panics.
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

fn main() {
    let n = AtomicU32::new(0);
    let r = catch_unwind(AssertUnwindSafe(|| {
        thread::scope(|s| {
            s.spawn(|| n.store(1, Relaxed));
            panic!("body");
        })
    }));
    println!("{} {}", r.is_err(), n.load(Relaxed));
}
