//@ outcome: Thread-1\nThread-2\n
//@ outcome: Thread-2\nThread-1\n
// Two named threads say their names: either may be first.
use std::thread::{self, Builder};

fn main() {
    let threads: Vec<_> = (1..=2)
        .map(|n| {
            Builder::new()
                .name(format!("Thread-{n}"))
                .spawn(|| println!("{}", thread::current().name().unwrap()))
                .unwrap()
        })
        .collect();
    for t in threads {
        t.join().unwrap();
    }
}
