//@ outcome: Ok(1) Err(RecvError) receiving on a closed channel\n
use std::sync::mpsc::channel;

fn main() {
    let (tx, rx) = channel();
    tx.send(1).unwrap();
    drop(tx);
    let a = rx.recv();
    let b = rx.recv();
    println!("{a:?} {b:?} {}", b.unwrap_err());
}
