//@ finds: panic
//@ engines: bounded random
// Two consumers and `if`: one wakes up after the other has taken the item.
use std::sync::{Condvar, Mutex};
use std::thread;

static Q: Mutex<Vec<i32>> = Mutex::new(Vec::new());
static C: Condvar = Condvar::new();

fn take() {
    let mut q = Q.lock().unwrap();
    if q.is_empty() {
        q = C.wait(q).unwrap();
    }
    q.pop().unwrap();
}

fn main() {
    let a = thread::spawn(take);
    let b = thread::spawn(take);
    for n in 0..2 {
        Q.lock().unwrap().push(n);
        C.notify_all();
    }
    a.join().unwrap();
    b.join().unwrap();
}
