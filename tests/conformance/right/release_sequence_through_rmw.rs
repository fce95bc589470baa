//@ right
use std::sync::atomic::{AtomicU32, Ordering::*};
use std::thread;

static DATA: AtomicU32 = AtomicU32::new(0);
static FLAG: AtomicU32 = AtomicU32::new(0);

fn main() {
    let a = thread::spawn(|| {
        DATA.store(1, Relaxed);
        FLAG.store(10, Release);
    });
    let b = thread::spawn(|| {
        FLAG.fetch_add(1, Relaxed);
    });
    if FLAG.load(Acquire) == 11 {
        assert_eq!(DATA.load(Relaxed), 1);
    }
    a.join().unwrap();
    b.join().unwrap();
}
