//@ finds: assertion
//@ engines: bounded random
use std::sync::mpsc::channel;
use std::thread;

fn main() {
    let (tx, rx) = channel();
    let tx2 = tx.clone();
    let a = thread::spawn(move || tx.send("first").unwrap());
    let b = thread::spawn(move || tx2.send("second").unwrap());
    assert_eq!(rx.recv().unwrap(), "first");
    assert_eq!(rx.recv().unwrap(), "second");
    a.join().unwrap();
    b.join().unwrap();
}
