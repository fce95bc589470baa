//@ outcome: Some("scoped") true\n
use std::thread::{self, Builder};

fn main() {
    thread::scope(|s| {
        let h = Builder::new().name("scoped".into()).spawn_scoped(s, || 1).unwrap();
        while !h.is_finished() {
            thread::yield_now();
        }
        let name = h.thread().name().map(String::from);
        println!("{name:?} {}", h.join().is_ok());
    });
}
