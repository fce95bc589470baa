//@ outcome: ok\n
use std::thread;
use std::time::Duration;

fn main() {
    thread::sleep(Duration::ZERO);
    println!("ok");
}
