//@ finds: panic
//@ engines: bounded random
// `if` for `while`: a spurious wake-up finds the queue empty.
use std::sync::{Condvar, Mutex};
use std::thread;

static Q: Mutex<Vec<i32>> = Mutex::new(Vec::new());
static C: Condvar = Condvar::new();

fn main() {
    let t = thread::spawn(|| {
        Q.lock().unwrap().push(1);
        C.notify_one();
    });
    let mut q = Q.lock().unwrap();
    if q.is_empty() {
        q = C.wait(q).unwrap();
    }
    q.pop().unwrap();
    drop(q);
    t.join().unwrap();
}
