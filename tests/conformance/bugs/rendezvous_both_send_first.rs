//@ finds: deadlock
//@ engines: bounded random stress
use std::sync::mpsc::sync_channel;
use std::thread;

fn main() {
    let (a_tx, a_rx) = sync_channel(0);
    let (b_tx, b_rx) = sync_channel(0);
    let t = thread::spawn(move || {
        a_tx.send(1).unwrap();
        b_rx.recv().unwrap()
    });
    b_tx.send(2).unwrap();
    let n: i32 = a_rx.recv().unwrap();
    assert_eq!(n + t.join().unwrap(), 3);
}
