//@ outcome: 3\n
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static B: std::sync::LazyLock<Barrier> = std::sync::LazyLock::new(|| Barrier::new(2));
static X: AtomicU32 = AtomicU32::new(0);

fn main() {
    let t = thread::spawn(|| {
        X.store(3, Relaxed);
        B.wait();
    });
    B.wait();
    println!("{}", X.load(Relaxed));
    t.join().unwrap();
}
