//@ outcome: true true true\n
use std::thread::sleep;
use std::time::{Duration, Instant};

fn main() {
    let start = Instant::now();
    sleep(Duration::from_millis(10));
    let end = Instant::now();
    println!(
        "{} {} {}",
        end > start,
        end - start >= Duration::from_millis(10),
        start.elapsed() >= Duration::from_millis(10)
    );
}
