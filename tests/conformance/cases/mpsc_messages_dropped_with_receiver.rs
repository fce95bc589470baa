//@ outcome: 0 1\n
// What is still in the channel is dropped with the receiver.
use std::sync::Arc;
use std::sync::mpsc::channel;

fn main() {
    let token = Arc::new(());
    let (tx, rx) = channel();
    tx.send(token.clone()).unwrap();
    let before = Arc::strong_count(&token) - 2;
    drop(rx);
    println!("{before} {}", Arc::strong_count(&token));
}
