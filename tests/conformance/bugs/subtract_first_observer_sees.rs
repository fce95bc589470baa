//@ finds: assertion
//@ engines: bounded loom random
// Subtracts, looks, gives back: an observer sees the balance in between.
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
use std::thread;

static B: AtomicI64 = AtomicI64::new(10);

fn main() {
    let t = thread::spawn(|| {
        if B.fetch_sub(30, SeqCst) < 30 {
            B.fetch_add(30, SeqCst);
        }
    });
    let seen = B.load(SeqCst);
    t.join().unwrap();
    assert_eq!(seen, 10);
}
