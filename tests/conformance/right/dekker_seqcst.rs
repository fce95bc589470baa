//@ right
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
use std::thread;

static FLAGS: [AtomicBool; 2] = [const { AtomicBool::new(false) }; 2];
static INSIDE: AtomicU32 = AtomicU32::new(0);

fn try_enter(me: usize) {
    FLAGS[me].store(true, SeqCst);
    if !FLAGS[1 - me].load(SeqCst) {
        assert_eq!(INSIDE.fetch_add(1, AcqRel), 0);
        INSIDE.fetch_sub(1, AcqRel);
    }
    FLAGS[me].store(false, SeqCst);
}

fn main() {
    let t = thread::spawn(|| try_enter(0));
    try_enter(1);
    t.join().unwrap();
}
