//@ right
use std::sync::mpsc::sync_channel;
use std::thread;

fn main() {
    let (tx, rx) = sync_channel(0);
    let t = thread::spawn(move || tx.send(5));
    drop(rx);
    assert!(t.join().unwrap().is_err());
}
