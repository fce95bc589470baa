//@ outcome: 0 0\n
//@ outcome: 0 1\n
//@ outcome: 1 0\n
//@ outcome: 1 1\n
// compiler_fence orders nothing between threads.
use std::sync::atomic::{AtomicI32, Ordering, compiler_fence};
use std::thread;

static X: AtomicI32 = AtomicI32::new(0);
static Y: AtomicI32 = AtomicI32::new(0);

fn main() {
    let t = thread::spawn(|| {
        X.store(1, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
        Y.load(Ordering::Relaxed)
    });
    Y.store(1, Ordering::Relaxed);
    compiler_fence(Ordering::SeqCst);
    let b = X.load(Ordering::Relaxed);
    println!("{} {b}", t.join().unwrap());
}
