//@ right
// A daemon that waits for work when main returns is no deadlock.
use std::sync::mpsc;
use std::thread;

fn main() {
    let (tx, rx) = mpsc::channel::<u32>();
    let (done_tx, done) = mpsc::channel();
    thread::spawn(move || {
        for n in rx {
            let _ = done_tx.send(n + 1);
        }
    });
    tx.send(1).unwrap();
    assert_eq!(done.recv(), Ok(2));
    std::mem::forget(tx);
}
