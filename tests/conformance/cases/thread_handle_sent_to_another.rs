//@ outcome: 9\n
use std::thread::{self, JoinHandle};

fn wait_for(h: JoinHandle<i32>) -> i32 {
    h.join().unwrap() + 1
}

fn main() {
    let first = thread::spawn(|| 8);
    let second = thread::spawn(move || wait_for(first));
    println!("{}", second.join().unwrap());
}
