//@ right
// A stack of indices with a tag against the ABA problem.
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::*};
use std::thread;

const NONE: u32 = u32::MAX;
static HEAD: AtomicU64 = AtomicU64::new(NONE as u64);
static NEXT: [AtomicU32; 2] = [const { AtomicU32::new(NONE) }; 2];

fn push(i: u32) {
    let mut head = HEAD.load(Relaxed);
    loop {
        NEXT[i as usize].store(head as u32, Relaxed);
        let new = ((head >> 32) + 1) << 32 | i as u64;
        match HEAD.compare_exchange_weak(head, new, AcqRel, Relaxed) {
            Ok(_) => return,
            Err(now) => head = now,
        }
    }
}

fn pop() -> Option<u32> {
    let mut head = HEAD.load(Acquire);
    loop {
        let i = head as u32;
        if i == NONE {
            return None;
        }
        let next = NEXT[i as usize].load(Relaxed);
        let new = ((head >> 32) + 1) << 32 | next as u64;
        match HEAD.compare_exchange_weak(head, new, AcqRel, Acquire) {
            Ok(_) => return Some(i),
            Err(now) => head = now,
        }
    }
}

fn main() {
    let t = thread::spawn(|| {
        push(0);
        pop()
    });
    push(1);
    let mine = pop();
    let theirs = t.join().unwrap();
    let mut got = [mine.unwrap(), theirs.unwrap()];
    got.sort();
    assert_eq!(got, [0, 1]);
}
