//@ outcome: 1 false\n
//@ outcome: 0 true\n
// timed_out() is true exactly if the condition still held at the end.
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
    let (g, r) = C
        .wait_timeout_while(N.lock().unwrap(), Duration::from_millis(10), |n| *n == 0)
        .unwrap();
    println!("{} {}", *g, r.timed_out());
    drop(g);
    t.join().unwrap();
}
