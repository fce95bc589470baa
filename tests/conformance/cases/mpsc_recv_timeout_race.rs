//@ outcome: Ok(1)\n
//@ outcome: Err(Timeout)\n
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

fn main() {
    let (tx, rx) = channel();
    let tx2 = tx.clone();
    let t = thread::spawn(move || tx2.send(1).unwrap());
    println!("{:?}", rx.recv_timeout(Duration::from_millis(10)));
    t.join().unwrap();
    drop(tx);
}
