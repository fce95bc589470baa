//@ outcome: 1\n
//@ outcome: 2\n
// A lock made of a plain flag: look, then set.
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::thread;

static LOCKED: AtomicBool = AtomicBool::new(false);
static COUNT: AtomicU32 = AtomicU32::new(0);

fn add() {
    while LOCKED.load(SeqCst) {
        thread::yield_now();
    }
    LOCKED.store(true, SeqCst);
    let old = COUNT.load(SeqCst);
    COUNT.store(old + 1, SeqCst);
    LOCKED.store(false, SeqCst);
}

fn main() {
    let a = thread::spawn(add);
    let b = thread::spawn(add);
    a.join().unwrap();
    b.join().unwrap();
    println!("{}", COUNT.load(SeqCst));
}
