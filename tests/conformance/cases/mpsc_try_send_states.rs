//@ outcome: Ok(()) Err(TrySendError::Full(..)) Err(TrySendError::Disconnected(..)) 3\n
use std::sync::mpsc::{TrySendError, sync_channel};

fn main() {
    let (tx, rx) = sync_channel(1);
    let a = tx.try_send(1);
    let b = tx.try_send(2);
    drop(rx);
    let c = tx.try_send(3);
    let back = match c {
        Err(TrySendError::Disconnected(n)) | Err(TrySendError::Full(n)) => n,
        Ok(()) => 0,
    };
    println!("{a:?} {b:?} {c:?} {back}");
}
