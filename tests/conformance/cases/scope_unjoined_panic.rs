//@ outcome-panic: a scoped thread panicked
use std::thread;

fn main() {
    thread::scope(|s| {
        s.spawn(|| panic!("inside"));
    });
    println!("unreachable");
}
