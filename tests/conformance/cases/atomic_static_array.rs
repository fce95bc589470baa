//@ outcome: [1, 1, 1]\n
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

static SLOTS: [AtomicU32; 3] = [const { AtomicU32::new(0) }; 3];

fn main() {
    let t: Vec<_> = (0..2)
        .map(|i| thread::spawn(move || SLOTS[i].fetch_add(1, Ordering::Relaxed)))
        .collect();
    SLOTS[2].fetch_add(1, Ordering::Relaxed);
    for t in t {
        t.join().unwrap();
    }
    println!("{:?}", SLOTS.each_ref().map(|s| s.load(Ordering::Relaxed)));
}
