//@ outcome: Sender { .. } Receiver { .. } SyncSender { .. }\n
use std::sync::mpsc::{channel, sync_channel};

fn main() {
    let (tx, rx) = channel::<u8>();
    let (stx, _srx) = sync_channel::<u8>(3);
    println!("{tx:?} {rx:?} {stx:?}");
}
