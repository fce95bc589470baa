//@ outcome: 9\n
use std::sync::{Mutex, RwLock, mpsc};
use std::thread;

fn main() {
    let (tx, rx) = mpsc::sync_channel(1);
    let t = thread::spawn(move || tx.send((Mutex::new(4), RwLock::new(5))).unwrap());
    let (a, b) = rx.recv().unwrap();
    t.join().unwrap();
    println!("{}", a.into_inner().unwrap() + *b.read().unwrap());
}
