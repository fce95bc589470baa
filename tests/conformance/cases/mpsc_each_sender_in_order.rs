//@ outcome: [1, 2, 10]\n
//@ outcome: [1, 10, 2]\n
//@ outcome: [10, 1, 2]\n
use std::sync::mpsc::channel;
use std::thread;

fn main() {
    let (tx, rx) = channel();
    let tx2 = tx.clone();
    let a = thread::spawn(move || {
        tx.send(1).unwrap();
        tx.send(2).unwrap();
    });
    let b = thread::spawn(move || tx2.send(10).unwrap());
    a.join().unwrap();
    b.join().unwrap();
    println!("{:?}", rx.iter().collect::<Vec<_>>());
}
