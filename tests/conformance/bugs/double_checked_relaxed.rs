//@ finds: assertion
//@ engines: bounded loom random
// Double-checked locking with a relaxed flag.
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::thread;

static MADE: AtomicBool = AtomicBool::new(false);
static LOCK: Mutex<()> = Mutex::new(());
static VALUE: AtomicU32 = AtomicU32::new(0);

fn get() -> u32 {
    if !MADE.load(Relaxed) {
        let _g = LOCK.lock().unwrap();
        if !MADE.load(Relaxed) {
            VALUE.store(42, Relaxed);
            MADE.store(true, Relaxed);
        }
    }
    VALUE.load(Relaxed)
}

fn main() {
    let t = thread::spawn(get);
    assert_eq!(get(), 42);
    assert_eq!(t.join().unwrap(), 42);
}
