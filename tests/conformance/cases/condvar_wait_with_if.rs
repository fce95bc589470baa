//@ outcome: Some(1)\n
//@ outcome: None\n
// `if` instead of `while`: std may wake the thread though nobody notified it.
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

fn main() {
    let shared = Arc::new((Mutex::new(Vec::new()), Condvar::new()));
    let s2 = shared.clone();
    let t = thread::spawn(move || {
        s2.0.lock().unwrap().push(1);
        s2.1.notify_one();
    });
    let mut items = shared.0.lock().unwrap();
    if items.is_empty() {
        items = shared.1.wait(items).unwrap();
    }
    println!("{:?}", items.pop());
    drop(items);
    t.join().unwrap();
}
