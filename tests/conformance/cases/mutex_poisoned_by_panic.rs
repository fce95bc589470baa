//@ outcome: true 1\n
use std::sync::{Arc, Mutex};
use std::thread;

fn main() {
    let m = Arc::new(Mutex::new(0));
    let m2 = Arc::clone(&m);
    let r = thread::spawn(move || {
        let mut g = m2.lock().unwrap();
        *g = 1;
        panic!("oh no");
    })
    .join();
    assert!(r.is_err());
    let poisoned = m.is_poisoned();
    let value = match m.lock() {
        Ok(g) => *g,
        Err(e) => *e.into_inner(),
    };
    println!("{poisoned} {value}");
}
