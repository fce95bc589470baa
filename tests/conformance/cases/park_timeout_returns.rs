//@ outcome: back\n
use std::thread;
use std::time::Duration;

fn main() {
    thread::park_timeout(Duration::from_millis(5));
    println!("back");
}
