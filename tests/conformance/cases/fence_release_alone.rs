//@ outcome: not yet\n
//@ outcome: 0\n
//@ outcome: 1\n
// The reader lacks its fence.
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering, fence};
use std::thread;

fn main() {
    let data = AtomicU32::new(0);
    let ready = AtomicBool::new(false);
    thread::scope(|s| {
        s.spawn(|| {
            data.store(1, Ordering::Relaxed);
            fence(Ordering::Release);
            ready.store(true, Ordering::Relaxed);
        });
        if ready.load(Ordering::Relaxed) {
            println!("{}", data.load(Ordering::Relaxed));
        } else {
            println!("not yet");
        }
    });
}
