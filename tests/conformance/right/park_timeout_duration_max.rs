//@ right
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

static SET: AtomicBool = AtomicBool::new(false);

fn main() {
    let me = thread::current();
    let t = thread::spawn(move || {
        SET.store(true, SeqCst);
        me.unpark();
    });
    while !SET.load(SeqCst) {
        thread::park_timeout(Duration::MAX);
    }
    t.join().unwrap();
}
