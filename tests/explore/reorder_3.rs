//@ finds: assertion
//@ published: reorder_3 7
// 2 writers set a, then b; one reader must not see only one of them.
use std::sync::atomic::{AtomicI32, Ordering::SeqCst};
use std::thread;

static A: AtomicI32 = AtomicI32::new(0);
static B: AtomicI32 = AtomicI32::new(0);

fn main() {
    let mut threads = Vec::new();
    for _ in 0..2 {
        threads.push(thread::spawn(|| {
            A.store(1, SeqCst);
            B.store(-1, SeqCst);
        }));
    }
    threads.push(thread::spawn(|| {
        let (a, b) = (A.load(SeqCst), B.load(SeqCst));
        assert!((a, b) == (0, 0) || (a, b) == (1, -1), "a = {a}, b = {b}");
    }));
    for t in threads {
        t.join().unwrap();
    }
}
