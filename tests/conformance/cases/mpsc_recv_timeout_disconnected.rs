//@ outcome: Err(Disconnected)\n
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

fn main() {
    let (tx, rx) = channel::<()>();
    thread::spawn(move || drop(tx));
    println!("{:?}", rx.recv_timeout(Duration::from_secs(3600)));
}
