//@ outcome: a1\na2\nb1\n
//@ outcome: b1\na1\na2\n
use std::io::{Write, stdout};
use std::thread;

fn main() {
    let t = thread::spawn(|| {
        let mut out = stdout().lock();
        writeln!(out, "a1").unwrap();
        writeln!(out, "a2").unwrap();
    });
    println!("b1");
    t.join().unwrap();
}
