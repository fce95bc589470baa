//@ outcome: false\n
use std::sync::{Arc, Mutex};
use std::thread;

fn main() {
    let m = Arc::new(Mutex::new(0));
    let m2 = Arc::clone(&m);
    let r = thread::spawn(move || {
        *m2.lock().unwrap() += 1; // the guard is gone here
        panic!("after");
    })
    .join();
    assert!(r.is_err());
    println!("{}", m.is_poisoned());
}
