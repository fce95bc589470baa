//@ finds: assertion
//@ engines: bounded loom random
// Dekker's flags need SeqCst.
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
use std::thread;

static FLAGS: [AtomicBool; 2] = [const { AtomicBool::new(false) }; 2];
static INSIDE: AtomicU32 = AtomicU32::new(0);

fn enter(me: usize) {
    FLAGS[me].store(true, Release);
    if !FLAGS[1 - me].load(Acquire) {
        assert_eq!(INSIDE.fetch_add(1, AcqRel), 0);
        INSIDE.fetch_sub(1, AcqRel);
    }
    FLAGS[me].store(false, Release);
}

fn main() {
    let t = thread::spawn(|| enter(0));
    enter(1);
    t.join().unwrap();
}
