//@ outcome: true\n
use std::sync::{Condvar, Mutex};
use std::time::Duration;

fn main() {
    let m = Mutex::new(false);
    let c = Condvar::new();
    let mut g = m.lock().unwrap();
    loop {
        let (guard, result) = c.wait_timeout(g, Duration::from_millis(20)).unwrap();
        g = guard;
        if result.timed_out() {
            println!("{}", result.timed_out());
            break;
        }
    }
}
