//@ outcome: got 1\nsent\n
//@ outcome: sent\ngot 1\n
use std::sync::mpsc::sync_channel;
use std::thread;

fn main() {
    let (tx, rx) = sync_channel(0);
    let t = thread::spawn(move || {
        tx.send(1).unwrap();
        println!("sent");
    });
    let n = rx.recv().unwrap();
    println!("got {n}");
    t.join().unwrap();
}
