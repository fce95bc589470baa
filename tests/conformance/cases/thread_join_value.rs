//@ outcome: 42 text\n
use std::thread;

fn main() {
    let a = thread::spawn(|| 42);
    let b = thread::spawn(|| String::from("text"));
    println!("{} {}", a.join().unwrap(), b.join().unwrap());
}
