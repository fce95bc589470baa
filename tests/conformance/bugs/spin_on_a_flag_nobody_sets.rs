//@ finds: livelock
//@ engines: bounded random
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

static STOP: AtomicBool = AtomicBool::new(false);

fn main() {
    let t = thread::spawn(|| {
        while !STOP.load(SeqCst) {
            thread::yield_now();
        }
    });
    t.join().unwrap();
}
