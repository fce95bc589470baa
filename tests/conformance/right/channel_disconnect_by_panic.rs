//@ right
use std::sync::mpsc::{RecvError, channel};
use std::thread;

fn main() {
    let (tx, rx) = channel::<i32>();
    let t = thread::spawn(move || {
        tx.send(1).unwrap();
        panic!("sender dies");
    });
    assert_eq!(rx.recv(), Ok(1));
    assert_eq!(rx.recv(), Err(RecvError));
    assert!(t.join().is_err());
}
