//@ right
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
use std::thread;

static DATA: AtomicU32 = AtomicU32::new(0);
static FLAG: AtomicBool = AtomicBool::new(false);

fn main() {
    let waiter = thread::spawn(|| {
        while !FLAG.load(Acquire) {
            thread::park();
        }
        assert_eq!(DATA.load(Relaxed), 9);
    });
    DATA.store(9, Relaxed);
    FLAG.store(true, Release);
    waiter.thread().unpark();
    waiter.join().unwrap();
}
