//@ outcome: Err(Empty)\n
//@ outcome: Ok(1)\n
use std::sync::mpsc::channel;
use std::thread;

fn main() {
    let (tx, rx) = channel();
    let keep = tx.clone();
    let t = thread::spawn(move || tx.send(1).unwrap());
    println!("{:?}", rx.try_recv());
    t.join().unwrap();
    drop(keep);
}
