//@ finds: assertion
//@ engines: bounded random
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

static N: AtomicU32 = AtomicU32::new(0);

fn main() {
    let t = thread::spawn(|| N.store(1, SeqCst));
    thread::sleep(Duration::from_millis(100));
    assert_eq!(N.load(SeqCst), 1);
    t.join().unwrap();
}
