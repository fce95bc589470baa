//@ outcome-panic: index out of bounds
use std::thread;

fn main() {
    let t = thread::spawn(|| {
        let v: Vec<i32> = Vec::new();
        v[0]
    });
    println!("{}", t.join().unwrap());
}
