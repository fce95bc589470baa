//@ right
use std::hint::spin_loop;
use std::sync::atomic::{AtomicU32, Ordering::*};
use std::thread;

static NEXT: AtomicU32 = AtomicU32::new(0);
static SERVING: AtomicU32 = AtomicU32::new(0);
static N: AtomicU32 = AtomicU32::new(0);

fn add() {
    let mine = NEXT.fetch_add(1, Relaxed);
    while SERVING.load(Acquire) != mine {
        spin_loop();
    }
    N.store(N.load(Relaxed) + 1, Relaxed);
    SERVING.store(mine + 1, Release);
}

fn main() {
    let t = thread::spawn(add);
    add();
    t.join().unwrap();
    assert_eq!(N.load(Relaxed), 2);
}
