//@ outcome: awake\n
use std::thread;

fn main() {
    thread::current().unpark();
    thread::park();
    println!("awake");
}
