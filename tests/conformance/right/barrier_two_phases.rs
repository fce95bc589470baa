//@ right
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

fn main() {
    let b = Barrier::new(2);
    let cells = [AtomicU32::new(0), AtomicU32::new(0)];
    thread::scope(|s| {
        for i in 0..2 {
            let (b, cells) = (&b, &cells);
            s.spawn(move || {
                cells[i].store(i as u32 + 1, Relaxed);
                b.wait();
                assert_eq!(cells[1 - i].load(Relaxed), 2 - i as u32);
            });
        }
    });
}
