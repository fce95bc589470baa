//@ outcome: 1\n
//@ outcome: 2\n
// Read under the read lock, write under the write lock: another writer can come between.
use std::sync::{Arc, RwLock};
use std::thread;

fn bump(l: &RwLock<i32>) {
    let n = *l.read().unwrap();
    *l.write().unwrap() = n + 1;
}

fn main() {
    let l = Arc::new(RwLock::new(0));
    let l2 = Arc::clone(&l);
    let t = thread::spawn(move || bump(&l2));
    bump(&l);
    t.join().unwrap();
    println!("{}", l.read().unwrap());
}
