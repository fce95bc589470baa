//@ finds: lost-wakeup
//@ engines: bounded random
// The flag changes between the waiter's look and its sleep.
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Condvar, Mutex};
use std::thread;

static READY: AtomicBool = AtomicBool::new(false);
static M: Mutex<()> = Mutex::new(());
static C: Condvar = Condvar::new();

fn main() {
    let t = thread::spawn(|| {
        READY.store(true, SeqCst);
        C.notify_one();
    });
    let mut g = M.lock().unwrap();
    while !READY.load(SeqCst) {
        g = C.wait(g).unwrap();
    }
    drop(g);
    t.join().unwrap();
}
