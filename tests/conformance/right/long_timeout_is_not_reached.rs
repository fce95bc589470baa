//@ right
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

fn main() {
    let (tx, rx) = channel();
    let t = thread::spawn(move || tx.send(1).unwrap());
    assert_eq!(rx.recv_timeout(Duration::from_secs(3600)), Ok(1));
    t.join().unwrap();
}
