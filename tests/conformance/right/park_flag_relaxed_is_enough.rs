//@ right
// unpark releases and the park that it wakes acquires: the flag is seen at the latest then.
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

static FLAG: AtomicBool = AtomicBool::new(false);

fn main() {
    let waiter = thread::spawn(|| {
        while !FLAG.load(Relaxed) {
            thread::park();
        }
    });
    FLAG.store(true, Relaxed);
    waiter.thread().unpark();
    waiter.join().unwrap();
}
