//@ finds: assertion
//@ engines: bounded loom random
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
use std::thread;

fn main() {
    let data = AtomicU32::new(0);
    let ready = AtomicBool::new(false);
    thread::scope(|s| {
        s.spawn(|| {
            data.store(7, Relaxed);
            ready.store(true, Relaxed);
        });
        s.spawn(|| {
            if ready.load(Acquire) {
                assert_eq!(data.load(Relaxed), 7);
            }
        });
    });
}
