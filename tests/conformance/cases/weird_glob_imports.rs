//@ outcome: 3\n
use std::prelude::rust_2024::*;
use std::sync::atomic::*;
use std::sync::mpsc::*;
use std::sync::*;
use std::thread::*;
use std::time::*;

fn main() {
    let (tx, rx) = channel();
    let h = spawn(move || tx.send(AtomicU8::new(3)));
    sleep(Duration::from_millis(1));
    h.join().unwrap().unwrap();
    let m = Mutex::new(rx.recv().unwrap().into_inner());
    println!("{}", m.lock().unwrap());
}
