//@ outcome: Err(Timeout) timed out waiting on channel\n
use std::sync::mpsc::channel;
use std::time::Duration;

fn main() {
    let (tx, rx) = channel::<u8>();
    let r = rx.recv_timeout(Duration::from_millis(10));
    println!("{r:?} {}", r.unwrap_err());
    drop(tx);
}
