//@ right
// An MCS queue lock in safe Rust: nodes are slots of an array.
use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::*};
use std::thread;

const NONE: usize = usize::MAX;

struct Node {
    locked: AtomicBool,
    next: AtomicUsize,
}

static TAIL: AtomicUsize = AtomicUsize::new(NONE);
static NODES: [Node; 2] =
    [const { Node { locked: AtomicBool::new(false), next: AtomicUsize::new(NONE) } }; 2];
static N: AtomicU32 = AtomicU32::new(0);

fn lock(me: usize) {
    NODES[me].next.store(NONE, Relaxed);
    NODES[me].locked.store(true, Relaxed);
    let before = TAIL.swap(me, AcqRel);
    if before != NONE {
        NODES[before].next.store(me, Release);
        while NODES[me].locked.load(Acquire) {
            spin_loop();
        }
    }
}

fn unlock(me: usize) {
    if NODES[me].next.load(Acquire) == NONE {
        if TAIL.compare_exchange(me, NONE, Release, Relaxed).is_ok() {
            return;
        }
        while NODES[me].next.load(Acquire) == NONE {
            spin_loop();
        }
    }
    let next = NODES[me].next.load(Acquire);
    NODES[next].locked.store(false, Release);
}

fn add(me: usize) {
    lock(me);
    N.store(N.load(Relaxed) + 1, Relaxed);
    unlock(me);
}

fn main() {
    let t = thread::spawn(|| add(0));
    add(1);
    t.join().unwrap();
    assert_eq!(N.load(Relaxed), 2);
}
