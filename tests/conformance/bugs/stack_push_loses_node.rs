//@ finds: assertion
//@ engines: bounded loom random
// A stack by indices; push stores the head without compare_exchange.
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

const NONE: usize = 99;
static HEAD: AtomicUsize = AtomicUsize::new(NONE);
static NEXT: [AtomicUsize; 2] = [const { AtomicUsize::new(NONE) }; 2];

fn push(i: usize) {
    NEXT[i].store(HEAD.load(SeqCst), SeqCst);
    HEAD.store(i, SeqCst);
}

fn main() {
    let t = thread::spawn(|| push(0));
    push(1);
    t.join().unwrap();
    let mut n = 0;
    let mut at = HEAD.load(SeqCst);
    while at != NONE {
        n += 1;
        at = NEXT[at].load(SeqCst);
    }
    assert_eq!(n, 2);
}
