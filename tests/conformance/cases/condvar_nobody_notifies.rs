//@ outcome-deadlock
use std::sync::{Condvar, Mutex};

fn main() {
    let m = Mutex::new(false);
    let c = Condvar::new();
    let g = c.wait_while(m.lock().unwrap(), |ready| !*ready).unwrap();
    println!("{g}");
}
