//@ finds: lost-wakeup
//@ engines: bounded random
// The notification comes first, the flag later.
use std::sync::{Condvar, Mutex};
use std::thread;

static READY: Mutex<bool> = Mutex::new(false);
static C: Condvar = Condvar::new();

fn main() {
    let t = thread::spawn(|| {
        C.notify_one();
        *READY.lock().unwrap() = true;
    });
    drop(C.wait_while(READY.lock().unwrap(), |r| !*r).unwrap());
    t.join().unwrap();
}
