//@ outcome: 2 refused\n
// With one place taken the second send waits; the receiver goes away.
use std::sync::mpsc::sync_channel;
use std::thread;

fn main() {
    let (tx, rx) = sync_channel(1);
    tx.send(1).unwrap();
    let t = thread::spawn(move || match tx.send(2) {
        Ok(()) => println!("sent"),
        Err(e) => println!("{} refused", e.0),
    });
    drop(rx);
    t.join().unwrap();
}
