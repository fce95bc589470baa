//@ outcome: false\n
//@ outcome: true 4\n
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

fn main() {
    let once = Once::new();
    let value = AtomicU32::new(0);
    thread::scope(|s| {
        s.spawn(|| once.call_once(|| value.store(4, Relaxed)));
        if once.is_completed() {
            println!("true {}", value.load(Relaxed));
        } else {
            println!("false");
        }
    });
}
