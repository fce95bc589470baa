//@ outcome: before true\n
// The send cannot return before the receiver has come.
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::sync_channel;
use std::thread;

static BEFORE: AtomicBool = AtomicBool::new(false);

fn main() {
    let (tx, rx) = sync_channel(0);
    let t = thread::spawn(move || {
        tx.send(()).unwrap();
        BEFORE.load(SeqCst)
    });
    BEFORE.store(true, SeqCst);
    rx.recv().unwrap();
    println!("before {}", t.join().unwrap());
}
