//@ finds: assertion
//@ engines: bounded loom random
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

fn main() {
    let n = Arc::new(AtomicU32::new(0));
    let m = Arc::clone(&n);
    let t = thread::spawn(move || m.store(m.load(SeqCst) + 1, SeqCst));
    n.store(n.load(SeqCst) + 1, SeqCst);
    t.join().unwrap();
    assert_eq!(n.load(SeqCst), 2);
}
