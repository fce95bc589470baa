//@ outcome: alive 5\n
//@ allowed: gone\n
use std::sync::{Arc, Weak};
use std::thread;

fn main() {
    let strong = Arc::new(5);
    let weak: Weak<i32> = Arc::downgrade(&strong);
    let t = thread::spawn(move || drop(strong));
    match weak.upgrade() {
        Some(n) => println!("alive {n}"),
        None => println!("gone"),
    }
    t.join().unwrap();
}
