//@ outcome: [false, true]\n
//@ outcome: [true, false]\n
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

fn main() {
    let present = AtomicBool::new(true);
    let got = thread::scope(|s| {
        let a = s.spawn(|| present.swap(false, Ordering::Relaxed));
        let b = s.spawn(|| present.swap(false, Ordering::Relaxed));
        [a.join().unwrap(), b.join().unwrap()]
    });
    println!("{got:?}");
}
