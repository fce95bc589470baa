//@ right
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

static M: Mutex<bool> = Mutex::new(false);
static C: Condvar = Condvar::new();

fn main() {
    let t = thread::spawn(|| {
        *M.lock().unwrap() = true;
        C.notify_one();
    });
    let end = Instant::now() + Duration::from_secs(7200);
    let mut g = M.lock().unwrap();
    while !*g {
        let left = end.saturating_duration_since(Instant::now());
        assert!(!left.is_zero(), "two hours have passed");
        g = C.wait_timeout(g, left).unwrap().0;
    }
    drop(g);
    t.join().unwrap();
}
