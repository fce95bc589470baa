//@ outcome: false\n
use std::sync::{Condvar, Mutex};
use std::time::Duration;

fn main() {
    let m = Mutex::new(1);
    let c = Condvar::new();
    let (g, r) = c.wait_timeout_while(m.lock().unwrap(), Duration::ZERO, |n| *n == 0).unwrap();
    drop(g);
    println!("{}", r.timed_out());
}
