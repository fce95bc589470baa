//@ outcome: 3\n
use std::sync::mpsc;
use std::thread;

fn main() {
    let (tx, rx) = mpsc::channel();
    thread::scope(|s| {
        s.spawn(|| tx.send(1).unwrap());
        s.spawn(|| tx.send(2).unwrap());
    });
    drop(tx);
    println!("{}", rx.iter().sum::<i32>());
}
