//@ outcome: [1, 2] []\n
use std::sync::mpsc::channel;

fn main() {
    let (tx, rx) = channel();
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    let a: Vec<i32> = rx.try_iter().collect();
    let b: Vec<i32> = rx.try_iter().collect();
    println!("{a:?} {b:?}");
}
