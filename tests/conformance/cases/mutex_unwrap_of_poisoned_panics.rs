//@ outcome-panic: called `Result::unwrap()` on an `Err` value: PoisonError { .. }
use std::sync::{Arc, Mutex};
use std::thread;

fn main() {
    let m = Arc::new(Mutex::new(0));
    let m2 = Arc::clone(&m);
    let _ = thread::spawn(move || {
        let _g = m2.lock().unwrap();
        panic!("first");
    })
    .join();
    println!("{}", m.lock().unwrap());
}
