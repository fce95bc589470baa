//@ finds: panic
//@ engines: bounded random
use std::sync::mpsc::channel;
use std::thread;

fn main() {
    let (tx, rx) = channel();
    let t = thread::spawn(move || {
        for n in 0..2 {
            tx.send(n).unwrap();
        }
    });
    let _first = rx.recv().unwrap();
    drop(rx);
    t.join().unwrap();
}
