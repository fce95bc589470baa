//@ outcome: [1, 2, 3]\n
use std::sync::mpsc;
use std::thread;

fn main() {
    let (tx, rx) = mpsc::channel();
    let t = thread::spawn(move || {
        for n in 1..=3 {
            tx.send(n).unwrap();
        }
    });
    let all: Vec<i32> = rx.iter().collect();
    t.join().unwrap();
    println!("{all:?}");
}
