//@ outcome: 1 1\n
use std::sync::{Arc, Barrier};
use std::thread;

fn main() {
    let b = Arc::new(Barrier::new(2));
    let rounds = |b: &Barrier| {
        let first = b.wait().is_leader() as u32;
        let second = b.wait().is_leader() as u32;
        (first, second)
    };
    let b2 = b.clone();
    let t = thread::spawn(move || rounds(&b2));
    let (a1, a2) = rounds(&b);
    let (c1, c2) = t.join().unwrap();
    println!("{} {}", a1 + c1, a2 + c2);
}
