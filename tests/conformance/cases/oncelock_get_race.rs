//@ outcome: None\n
//@ outcome: Some(3)\n
use std::sync::OnceLock;
use std::thread;

fn main() {
    let cell = OnceLock::new();
    thread::scope(|s| {
        s.spawn(|| cell.set(3).unwrap());
        println!("{:?}", cell.get());
    });
}
