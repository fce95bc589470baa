//@ outcome: 0\n
//@ outcome: 1\n
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

static X: AtomicU32 = AtomicU32::new(0);

fn main() {
    let t = thread::spawn(|| X.store(1, SeqCst));
    thread::sleep(Duration::from_millis(5));
    println!("{}", X.load(SeqCst));
    t.join().unwrap();
}
