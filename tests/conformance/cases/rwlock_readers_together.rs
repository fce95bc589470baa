//@ outcome: both\n
// Each reader holds its guard until the other one is in too.
use std::sync::{Arc, Barrier, RwLock};
use std::thread;

fn main() {
    let lock = Arc::new(RwLock::new(()));
    let inside = Arc::new(Barrier::new(2));
    let (l, i) = (lock.clone(), inside.clone());
    let t = thread::spawn(move || {
        let _g = l.read().unwrap();
        i.wait();
    });
    {
        let _g = lock.read().unwrap();
        inside.wait();
    }
    t.join().unwrap();
    println!("both");
}
