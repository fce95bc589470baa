//@ outcome: 1\n
// Between write and read of the first thread no writer can slip in.
use std::sync::{RwLock, RwLockWriteGuard};
use std::thread;

fn main() {
    let l = RwLock::new(0);
    thread::scope(|s| {
        let t = s.spawn(|| {
            let mut w = l.write().unwrap();
            *w = 1;
            let r = RwLockWriteGuard::downgrade(w);
            *r
        });
        *l.write().unwrap() = 2;
        println!("{}", t.join().unwrap());
    });
}
