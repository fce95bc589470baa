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
//@ outcome: 1 0 1 1\n
//@ outcome: 1 1 0 0\n
//@ outcome: 1 1 0 1\n
//@ outcome: 1 1 1 0\n
//@ outcome: 1 1 1 1\n
// Two writers, two readers: with SeqCst both readers see the writes in one order.
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use std::thread;

static X: AtomicU8 = AtomicU8::new(0);
static Y: AtomicU8 = AtomicU8::new(0);

fn main() {
    let w1 = thread::spawn(|| X.store(1, SeqCst));
    let w2 = thread::spawn(|| Y.store(1, SeqCst));
    let r1 = thread::spawn(|| {
        let a = X.load(SeqCst);
        let b = Y.load(SeqCst);
        (a, b)
    });
    let c = Y.load(SeqCst);
    let d = X.load(SeqCst);
    let (a, b) = r1.join().unwrap();
    w1.join().unwrap();
    w2.join().unwrap();
    println!("{a} {b} {c} {d}");
}
