//@ outcome: full\n
//@ outcome: met 1\n
// try_send on a rendezvous channel succeeds only if a receiver waits now.
use std::sync::mpsc::{RecvError, sync_channel};
use std::thread;

fn main() {
    let (tx, rx) = sync_channel(0);
    let t = thread::spawn(move || rx.recv());
    let sent = tx.try_send(1).is_ok();
    drop(tx);
    match t.join().unwrap() {
        Ok(n) => {
            assert!(sent);
            println!("met {n}");
        }
        Err(RecvError) => {
            assert!(!sent);
            println!("full");
        }
    }
}
