//@ outcome: [1, 2, 3] true\n
use std::sync::mpsc::sync_channel;
use std::thread;

fn main() {
    let (tx, rx) = sync_channel(1);
    let t = thread::spawn(move || (1..=3).all(|n| tx.send(n).is_ok()));
    let got: Vec<i32> = rx.iter().collect();
    println!("{got:?} {}", t.join().unwrap());
}
