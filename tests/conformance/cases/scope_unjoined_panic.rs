//@ outcome-panic: inside
use std::thread;

fn main() {
    thread::scope(|s| {
        s.spawn(|| panic!("inside"));
    });
    println!("unreachable");
}
