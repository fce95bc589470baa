//@ right
// A swap that read true comes before the unlock that it did not read.
use std::sync::atomic::{AtomicBool, Ordering::*};
use std::thread;

fn main() {
    let flag = AtomicBool::new(true);
    thread::scope(|s| {
        let t = s.spawn(|| flag.swap(true, AcqRel));
        flag.store(false, Release);
        if t.join().unwrap() {
            assert!(!flag.load(Relaxed));
        } else {
            assert!(flag.load(Relaxed));
        }
    });
}
