//@ outcome-deadlock
use std::sync::mpsc::sync_channel;

fn main() {
    let (tx, rx) = sync_channel(1);
    tx.send(1).unwrap();
    tx.send(2).unwrap(); // nobody is there to make room
    println!("{:?}", rx.recv());
}
