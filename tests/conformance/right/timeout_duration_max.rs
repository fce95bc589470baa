//@ right
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

static M: Mutex<bool> = Mutex::new(false);
static C: Condvar = Condvar::new();

fn main() {
    let t = thread::spawn(|| {
        *M.lock().unwrap() = true;
        C.notify_all();
    });
    let (g, r) = C.wait_timeout_while(M.lock().unwrap(), Duration::MAX, |b| !*b).unwrap();
    assert!(*g && !r.timed_out());
    drop(g);
    t.join().unwrap();
}
