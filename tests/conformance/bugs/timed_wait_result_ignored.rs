//@ finds: assertion
//@ engines: bounded random
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

static N: Mutex<u32> = Mutex::new(0);
static C: Condvar = Condvar::new();

fn main() {
    let t = thread::spawn(|| {
        *N.lock().unwrap() = 1;
        C.notify_one();
    });
    let (n, _timeout) =
        C.wait_timeout_while(N.lock().unwrap(), Duration::from_millis(50), |n| *n == 0).unwrap();
    assert_eq!(*n, 1);
    drop(n);
    t.join().unwrap();
}
