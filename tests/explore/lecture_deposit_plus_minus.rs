//@ some: deposit 0\n
//@ some: deposit 10\n
//@ some: deposit -10\n
// A hundred times +10 and a hundred times -10 on one deposit, each in two steps.
// Too many interleavings to search them all: the first few preemptions show what goes wrong.
use std::sync::atomic::{AtomicI32, Ordering::SeqCst};
use std::thread;

static DEPOSIT: AtomicI32 = AtomicI32::new(0);

fn change(by: i32) {
    for _ in 0..100 {
        let old = DEPOSIT.load(SeqCst);
        DEPOSIT.store(old + by, SeqCst);
    }
}

fn main() {
    let plus = thread::spawn(|| change(10));
    let minus = thread::spawn(|| change(-10));
    plus.join().unwrap();
    minus.join().unwrap();
    println!("deposit {}", DEPOSIT.load(SeqCst));
}
