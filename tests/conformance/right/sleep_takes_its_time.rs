//@ right
use std::thread;
use std::time::{Duration, Instant};

fn main() {
    let start = Instant::now();
    let t = thread::spawn(|| {
        let start = Instant::now();
        thread::sleep(Duration::from_millis(20));
        start.elapsed()
    });
    thread::sleep(Duration::from_millis(10));
    assert!(start.elapsed() >= Duration::from_millis(10));
    assert!(t.join().unwrap() >= Duration::from_millis(20));
    assert!(start.elapsed() >= Duration::from_millis(20));
}
