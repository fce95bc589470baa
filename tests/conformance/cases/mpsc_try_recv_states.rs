//@ outcome: Err(Empty) Ok(1) Err(Disconnected)\n
use std::sync::mpsc::channel;

fn main() {
    let (tx, rx) = channel();
    let a = rx.try_recv();
    tx.send(1).unwrap();
    let b = rx.try_recv();
    drop(tx);
    let c = rx.try_recv();
    println!("{a:?} {b:?} {c:?}");
}
