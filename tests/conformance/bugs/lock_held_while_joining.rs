//@ finds: deadlock
//@ engines: bounded loom random
use std::sync::{Arc, Mutex};
use std::thread;

fn main() {
    let m = Arc::new(Mutex::new(0));
    let m2 = m.clone();
    let t = thread::spawn(move || *m2.lock().unwrap() += 1);
    let g = m.lock().unwrap();
    t.join().unwrap();
    drop(g);
}
