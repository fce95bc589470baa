//@ right
use std::sync::atomic::{AtomicU32, Ordering::*, fence};
use std::thread;

static SEQ: AtomicU32 = AtomicU32::new(0);
static A: AtomicU32 = AtomicU32::new(0);
static B: AtomicU32 = AtomicU32::new(0);

fn read() -> (u32, u32) {
    loop {
        let before = SEQ.load(Acquire);
        if before.is_multiple_of(2) {
            let pair = (A.load(Relaxed), B.load(Relaxed));
            fence(Acquire);
            if SEQ.load(Relaxed) == before {
                return pair;
            }
        }
        std::hint::spin_loop();
    }
}

fn main() {
    let t = thread::spawn(|| {
        SEQ.fetch_add(1, Acquire);
        fence(Release);
        A.store(1, Relaxed);
        B.store(1, Relaxed);
        SEQ.fetch_add(1, Release);
    });
    let (a, b) = read();
    assert_eq!(a, b);
    t.join().unwrap();
}
