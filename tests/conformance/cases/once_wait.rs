//@ outcome: 8\n
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static ONCE: Once = Once::new();
static X: AtomicU32 = AtomicU32::new(0);

fn main() {
    let t = thread::spawn(|| ONCE.call_once(|| X.store(8, Relaxed)));
    ONCE.wait();
    println!("{}", X.load(Relaxed));
    t.join().unwrap();
}
