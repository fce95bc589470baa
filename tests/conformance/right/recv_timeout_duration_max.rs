//@ right
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

fn main() {
    let (tx, rx) = channel();
    let t = thread::spawn(move || tx.send('x').unwrap());
    assert_eq!(rx.recv_timeout(Duration::MAX), Ok('x'));
    t.join().unwrap();
}
