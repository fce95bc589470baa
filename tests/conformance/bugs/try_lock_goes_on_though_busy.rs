//@ finds: assertion
//@ engines: bounded random
// try_lock is called, its answer is not looked at.
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

static LOCK: Mutex<()> = Mutex::new(());
static N: AtomicU32 = AtomicU32::new(0);

fn add() {
    let _maybe = LOCK.try_lock();
    N.store(N.load(SeqCst) + 1, SeqCst);
}

fn main() {
    let t = thread::spawn(add);
    add();
    t.join().unwrap();
    assert_eq!(N.load(SeqCst), 2);
}
