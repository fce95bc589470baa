//@ outcome-deadlock
use std::sync::{Arc, RwLock};
use std::thread;

fn bump(l: &RwLock<i32>) {
    let old = l.read().unwrap();
    *l.write().unwrap() = *old + 1;
}

fn main() {
    let l = Arc::new(RwLock::new(1));
    let l2 = l.clone();
    let t = thread::spawn(move || bump(&l2));
    bump(&l);
    t.join().unwrap();
}
