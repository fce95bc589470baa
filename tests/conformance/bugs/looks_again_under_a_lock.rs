//@ finds: livelock
//@ engines: bounded random
// The flag stands under a lock, nobody sets it, and who waits for it gives way and looks again.
use std::sync::{Arc, Mutex};
use std::thread;

fn main() {
    let done = Arc::new(Mutex::new(false));
    let seen = done.clone();
    let t = thread::spawn(move || {
        while !*seen.lock().unwrap() {
            thread::yield_now();
        }
    });
    t.join().unwrap();
}
