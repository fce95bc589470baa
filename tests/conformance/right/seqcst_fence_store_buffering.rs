//@ right
use std::sync::atomic::{AtomicU32, Ordering, fence};
use std::thread;

fn main() {
    let (x, y) = (AtomicU32::new(0), AtomicU32::new(0));
    let (a, b) = thread::scope(|s| {
        let t = s.spawn(|| {
            x.store(1, Ordering::Relaxed);
            fence(Ordering::SeqCst);
            y.load(Ordering::Relaxed)
        });
        y.store(1, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        let b = x.load(Ordering::Relaxed);
        (t.join().unwrap(), b)
    });
    assert!(a + b > 0);
}
