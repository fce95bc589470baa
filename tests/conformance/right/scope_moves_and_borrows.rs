//@ right
use std::sync::mpsc;
use std::thread;

fn main() {
    let words = ["a", "bb"];
    let lengths: usize = thread::scope(|s| {
        let (tx, rx) = mpsc::channel();
        for w in &words {
            let tx = tx.clone();
            s.spawn(move || tx.send(w.len()).unwrap());
        }
        drop(tx);
        rx.iter().sum()
    });
    assert_eq!(lengths, 3);
}
