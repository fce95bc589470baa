//@ finds: panic
//@ engines: bounded loom random
// The ABA problem: the head is the old index again, but its successor is not.
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

const NONE: usize = 99;
static HEAD: AtomicUsize = AtomicUsize::new(0); // 0 -> 1 -> end
static NEXT: [AtomicUsize; 2] = [AtomicUsize::new(1), AtomicUsize::new(NONE)];

fn pop() -> usize {
    loop {
        let head = HEAD.load(SeqCst);
        if head == NONE {
            return NONE;
        }
        let next = NEXT[head].load(SeqCst);
        if HEAD.compare_exchange(head, next, SeqCst, SeqCst).is_ok() {
            return head;
        }
    }
}

fn push(i: usize) {
    loop {
        let head = HEAD.load(SeqCst);
        NEXT[i].store(head, SeqCst);
        if HEAD.compare_exchange(head, i, SeqCst, SeqCst).is_ok() {
            return;
        }
    }
}

fn main() {
    // This thread takes both nodes and gives one back; node 1 is its own now.
    let t = thread::spawn(|| {
        let a = pop();
        let b = pop();
        if a != NONE && b != NONE {
            push(a);
            return b;
        }
        NONE
    });
    let mine = pop();
    let kept = t.join().unwrap();
    let left = HEAD.load(SeqCst);
    assert!(kept == NONE || left != kept, "node {kept} is owned and in the stack, {mine} popped");
}
