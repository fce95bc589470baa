//@ finds: lost-wakeup
//@ engines: bounded random
// One condition variable for "not empty" and "not full" and notify_one: the wrong side may be woken.
use std::sync::{Condvar, Mutex};
use std::thread;

static SLOT: Mutex<Option<i32>> = Mutex::new(None);
static C: Condvar = Condvar::new();

fn put(n: i32) {
    let mut s = C.wait_while(SLOT.lock().unwrap(), |s| s.is_some()).unwrap();
    *s = Some(n);
    C.notify_one();
}

fn take() -> i32 {
    let mut s = C.wait_while(SLOT.lock().unwrap(), |s| s.is_none()).unwrap();
    C.notify_one();
    s.take().unwrap()
}

fn main() {
    let a = thread::spawn(take);
    let b = thread::spawn(take);
    let p = thread::spawn(|| put(1));
    put(2);
    p.join().unwrap();
    assert_eq!(a.join().unwrap() + b.join().unwrap(), 3);
}
