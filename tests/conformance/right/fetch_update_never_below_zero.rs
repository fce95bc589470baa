//@ right
use std::sync::atomic::{AtomicU32, Ordering::*};
use std::thread;

static N: AtomicU32 = AtomicU32::new(1);

fn take() -> bool {
    N.fetch_update(AcqRel, Acquire, |n| n.checked_sub(1)).is_ok()
}

fn main() {
    let t = thread::spawn(take);
    let mine = take();
    assert!(mine ^ t.join().unwrap());
}
