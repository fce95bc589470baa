//@ outcome: 1\n
use std::sync::{Arc, Barrier};
use std::thread;

fn main() {
    let barrier = Arc::new(Barrier::new(2));
    let b = Arc::clone(&barrier);
    let t = thread::spawn(move || b.wait().is_leader());
    let mine = barrier.wait().is_leader();
    println!("{}", u8::from(mine) + u8::from(t.join().unwrap()));
}
