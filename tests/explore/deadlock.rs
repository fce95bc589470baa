//@ finds: deadlock
use std::sync::{Arc, Mutex};
use std::thread;

fn main() {
    let a = Arc::new(Mutex::new(0));
    let b = Arc::new(Mutex::new(0));
    let (a1, b1) = (a.clone(), b.clone());
    let t1 = thread::spawn(move || {
        let _a = a1.lock().unwrap();
        *b1.lock().unwrap() += 1;
    });
    let t2 = thread::spawn(move || {
        let _b = b.lock().unwrap();
        *a.lock().unwrap() -= 1;
    });
    t1.join().unwrap();
    t2.join().unwrap();
}
