//@ outcome: true false\n
//@ outcome: true true\n
//@ outcome: false false\n
//@ outcome: false true\n
// Prints: was it set, did the wait time out. All four can happen.
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

fn main() {
    let s = Arc::new((Mutex::new(false), Condvar::new()));
    let s2 = Arc::clone(&s);
    let t = thread::spawn(move || {
        *s2.0.lock().unwrap() = true;
        s2.1.notify_one();
    });
    let g = s.0.lock().unwrap();
    let (g, r) = s.1.wait_timeout(g, Duration::from_millis(5)).unwrap();
    println!("{} {}", *g, r.timed_out());
    drop(g);
    t.join().unwrap();
}
