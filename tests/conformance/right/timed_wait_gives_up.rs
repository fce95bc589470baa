//@ right
// Nobody notifies: the wait ends by its timeout and not earlier.
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

fn main() {
    let m = Mutex::new(());
    let c = Condvar::new();
    let start = Instant::now();
    let wait = Duration::from_millis(30);
    let (_g, r) = c.wait_timeout_while(m.lock().unwrap(), wait, |_| true).unwrap();
    assert!(r.timed_out());
    assert!(start.elapsed() >= wait);
}
