//@ outcome: one\ntwo\n
//@ outcome: two\none\n
use std::thread::{self, Builder};

fn say() {
    println!("{}", thread::current().name().unwrap());
}

fn main() {
    let a = Builder::new().name("one".into()).spawn(say).unwrap();
    let b = Builder::new().name("two".into()).spawn(say).unwrap();
    a.join().unwrap();
    b.join().unwrap();
}
