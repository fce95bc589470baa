//@ outcome: sent false\n
//@ outcome: sent true\ngot true\n
//@ outcome: got true\nsent true\n
//@ outcome: sent false\ngot false\n
//@ allowed: got false\nsent false\n
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

static LATE: AtomicBool = AtomicBool::new(false);

fn main() {
    let (sender, receiver) = sync_channel::<()>(0);
    let waiter = thread::spawn(move || {
        if !LATE.load(SeqCst) {
            println!("got {}", receiver.recv_timeout(Duration::from_secs(3)).is_ok());
        }
    });
    LATE.store(true, SeqCst);
    println!("sent {}", sender.try_send(()).is_ok());
    waiter.join().unwrap();
}
