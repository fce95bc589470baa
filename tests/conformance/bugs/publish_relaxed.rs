//@ finds: assertion
//@ engines: bounded loom random
// Only weak memory shows it: the flag is relaxed.
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::thread;

static DATA: AtomicU32 = AtomicU32::new(0);
static READY: AtomicBool = AtomicBool::new(false);

fn main() {
    let t = thread::spawn(|| {
        DATA.store(7, Relaxed);
        READY.store(true, Relaxed);
    });
    if READY.load(Relaxed) {
        assert_eq!(DATA.load(Relaxed), 7);
    }
    t.join().unwrap();
}
