//@ outcome: 0 0 0 0\n
//@ outcome: 0 0 0 1\n
//@ outcome: 0 0 1 0\n
//@ outcome: 0 0 1 1\n
//@ outcome: 0 1 0 0\n
//@ outcome: 0 1 0 1\n
//@ outcome: 0 1 1 0\n
//@ outcome: 0 1 1 1\n
//@ outcome: 1 0 0 0\n
//@ outcome: 1 0 0 1\n
//@ outcome: 1 0 1 0\n
//@ outcome: 1 0 1 1\n
//@ outcome: 1 1 0 0\n
//@ outcome: 1 1 0 1\n
//@ outcome: 1 1 1 0\n
//@ outcome: 1 1 1 1\n
// The same with release and acquire: the readers may disagree.
use std::sync::atomic::{AtomicU8, Ordering::*};
use std::thread;

static X: AtomicU8 = AtomicU8::new(0);
static Y: AtomicU8 = AtomicU8::new(0);

fn main() {
    let w1 = thread::spawn(|| X.store(1, Release));
    let w2 = thread::spawn(|| Y.store(1, Release));
    let r1 = thread::spawn(|| {
        let a = X.load(Acquire);
        let b = Y.load(Acquire);
        (a, b)
    });
    let c = Y.load(Acquire);
    let d = X.load(Acquire);
    let (a, b) = r1.join().unwrap();
    w1.join().unwrap();
    w2.join().unwrap();
    println!("{a} {b} {c} {d}");
}
