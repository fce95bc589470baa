//@ outcome: 2\n
use std::sync::{Arc, Mutex};
use std::thread;

fn main() {
    let outer = Arc::new(Mutex::new(Arc::new(Mutex::new(0))));
    let o = Arc::clone(&outer);
    let work = |m: &Mutex<Arc<Mutex<i32>>>| {
        let inner = m.lock().unwrap().clone();
        *inner.lock().unwrap() += 1;
    };
    let t = thread::spawn(move || work(&o));
    work(&outer);
    t.join().unwrap();
    println!("{}", outer.lock().unwrap().lock().unwrap());
}
