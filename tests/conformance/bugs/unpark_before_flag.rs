//@ finds: lost-wakeup
//@ engines: bounded random
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

static DONE: AtomicBool = AtomicBool::new(false);

fn main() {
    let me = thread::current();
    let t = thread::spawn(move || {
        me.unpark();
        DONE.store(true, SeqCst);
    });
    while !DONE.load(SeqCst) {
        thread::park();
    }
    t.join().unwrap();
}
