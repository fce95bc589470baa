//@ right
use std::sync::{Condvar, Mutex};
use std::thread;

static SLOT: Mutex<Option<i32>> = Mutex::new(None);
static C: Condvar = Condvar::new();

fn put(n: i32) {
    *C.wait_while(SLOT.lock().unwrap(), |s| s.is_some()).unwrap() = Some(n);
    C.notify_all();
}

fn take() -> i32 {
    let n = C.wait_while(SLOT.lock().unwrap(), |s| s.is_none()).unwrap().take().unwrap();
    C.notify_all();
    n
}

fn main() {
    let a = thread::spawn(take);
    let b = thread::spawn(|| put(1));
    put(2);
    assert_eq!(a.join().unwrap() + take(), 3);
    b.join().unwrap();
}
