//@ outcome-deadlock
// main keeps its own Sender: the loop never ends.
use std::sync::mpsc;
use std::thread;

fn main() {
    let (tx, rx) = mpsc::channel();
    let tx2 = tx.clone();
    thread::spawn(move || tx2.send(1).unwrap());
    for n in rx {
        let _ = n;
    }
    drop(tx);
}
