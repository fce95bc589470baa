//@ right
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*, fence};
use std::thread;

static DATA: AtomicU32 = AtomicU32::new(0);
static READY: AtomicBool = AtomicBool::new(false);

fn main() {
    let t = thread::spawn(|| {
        DATA.store(5, Relaxed);
        fence(Release);
        READY.store(true, Relaxed);
    });
    while !READY.load(Relaxed) {
        thread::yield_now();
    }
    fence(Acquire);
    assert_eq!(DATA.load(Relaxed), 5);
    t.join().unwrap();
}
