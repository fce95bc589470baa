//@ outcome: 7 sending on a closed channel SendError { .. }\n
use std::sync::mpsc::{SendError, channel};

fn main() {
    let (tx, rx) = channel();
    drop(rx);
    let e: SendError<i32> = tx.send(7).unwrap_err();
    println!("{} {e} {e:?}", e.0);
}
