//@ right
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static CELL: OnceLock<u32> = OnceLock::new();
static SIDE: AtomicU32 = AtomicU32::new(0);

fn main() {
    let t = thread::spawn(|| {
        SIDE.store(5, Relaxed);
        CELL.set(1).unwrap();
    });
    if CELL.get().is_some() {
        assert_eq!(SIDE.load(Relaxed), 5);
    }
    t.join().unwrap();
}
