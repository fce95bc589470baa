//@ outcome: true\n
use std::thread;

fn main() {
    let t = thread::spawn(|| panic!("gone"));
    while !t.is_finished() {
        thread::yield_now();
    }
    println!("{}", t.join().is_err());
}
