//@ outcome: true true true\n
use std::thread;

fn main() {
    let me = thread::current().id();
    let t = thread::spawn(|| thread::current().id());
    let known = t.thread().id();
    let other = t.join().unwrap();
    println!("{} {} {}", me == thread::current().id(), me != other, known == other);
}
