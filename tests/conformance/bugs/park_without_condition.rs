//@ finds: assertion
//@ engines: bounded random
// park may return although nobody called unpark.
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

static DONE: AtomicBool = AtomicBool::new(false);

fn main() {
    let me = thread::current();
    let t = thread::spawn(move || {
        DONE.store(true, SeqCst);
        me.unpark();
    });
    thread::park();
    assert!(DONE.load(SeqCst));
    t.join().unwrap();
}
