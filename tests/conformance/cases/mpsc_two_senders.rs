//@ outcome: ab\n
//@ outcome: ba\n
use std::sync::mpsc::channel;
use std::thread;

fn main() {
    let (tx, rx) = channel();
    for c in ['a', 'b'] {
        let tx = tx.clone();
        thread::spawn(move || tx.send(c).unwrap());
    }
    drop(tx);
    let word: String = rx.into_iter().collect();
    println!("{word}");
}
