//@ outcome: over\n
use std::thread;
use std::time::{Duration, Instant};

fn main() {
    let deadline = Instant::now() + Duration::from_millis(6);
    while Instant::now() < deadline {
        thread::sleep(Duration::from_millis(2));
    }
    println!("over");
}
