//@ outcome: 49\n
use std::sync::mpsc::{Sender, channel};
use std::thread;

struct Request {
    n: u32,
    reply: Sender<u32>,
}

fn main() {
    let (tx, rx) = channel::<Request>();
    thread::spawn(move || {
        while let Ok(Request { n, reply }) = rx.recv() {
            reply.send(n * n).ok();
        }
    });
    let (reply, answer) = channel();
    tx.send(Request { n: 7, reply }).unwrap();
    println!("{}", answer.recv().unwrap());
}
