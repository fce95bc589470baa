//@ right
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

struct Buffer {
    items: Mutex<VecDeque<u32>>,
    not_empty: Condvar,
    not_full: Condvar,
}
static B: Buffer = Buffer {
    items: Mutex::new(VecDeque::new()),
    not_empty: Condvar::new(),
    not_full: Condvar::new(),
};

fn put(n: u32) {
    let mut q = B.not_full.wait_while(B.items.lock().unwrap(), |q| q.len() == 1).unwrap();
    q.push_back(n);
    B.not_empty.notify_one();
}

fn take() -> u32 {
    let mut q = B.items.lock().unwrap();
    loop {
        if let Some(n) = q.pop_front() {
            B.not_full.notify_one();
            return n;
        }
        q = B.not_empty.wait(q).unwrap();
    }
}

fn main() {
    let t = thread::spawn(|| {
        put(1);
        put(2);
    });
    assert_eq!((take(), take()), (1, 2));
    t.join().unwrap();
}
