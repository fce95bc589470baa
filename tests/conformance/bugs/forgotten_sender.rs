//@ finds: deadlock
//@ engines: bounded random stress
use std::sync::mpsc;
use std::thread;

fn main() {
    let (tx, rx) = mpsc::channel();
    for n in 0..2 {
        let tx = tx.clone();
        thread::spawn(move || tx.send(n).unwrap());
    }
    let total: i32 = rx.iter().sum(); // main's own tx still lives
    assert_eq!(total, 1);
    drop(tx);
}
