//@ outcome: sending on a full channel | receiving on an empty channel | sending on a closed channel\n
use std::error::Error;
use std::sync::mpsc::{channel, sync_channel};

fn text(e: Box<dyn Error + Send + Sync>) -> String {
    e.to_string()
}

fn main() {
    let (tx, rx) = sync_channel::<i32>(1);
    tx.send(1).unwrap();
    let full = tx.try_send(2).unwrap_err();
    let (_utx, urx) = channel::<i32>();
    let empty = urx.try_recv().unwrap_err();
    drop(rx);
    let closed = tx.send(3).unwrap_err();
    println!("{} | {} | {}", text(full.into()), text(empty.into()), text(closed.into()));
}
