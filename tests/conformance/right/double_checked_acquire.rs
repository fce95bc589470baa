//@ right
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
use std::thread;

static MADE: AtomicBool = AtomicBool::new(false);
static LOCK: Mutex<()> = Mutex::new(());
static VALUE: AtomicU32 = AtomicU32::new(0);

fn get() -> u32 {
    if !MADE.load(Acquire) {
        let _g = LOCK.lock().unwrap();
        if !MADE.load(Relaxed) {
            VALUE.store(42, Relaxed);
            MADE.store(true, Release);
        }
    }
    VALUE.load(Relaxed)
}

fn main() {
    let t = thread::spawn(get);
    assert_eq!(get(), 42);
    assert_eq!(t.join().unwrap(), 42);
}
