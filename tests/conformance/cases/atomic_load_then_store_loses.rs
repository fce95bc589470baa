//@ outcome: 1\n
//@ outcome: 2\n
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

static N: AtomicU32 = AtomicU32::new(0);

fn bump() {
    let n = N.load(SeqCst);
    N.store(n + 1, SeqCst);
}

fn main() {
    let t = thread::spawn(bump);
    bump();
    t.join().unwrap();
    println!("{}", N.load(SeqCst));
}
