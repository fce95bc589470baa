//@ outcome: 6\n
use std::thread;

fn main() {
    let outer = thread::spawn(|| {
        let inner = thread::spawn(|| 2);
        inner.join().unwrap() * 3
    });
    println!("{}", outer.join().unwrap());
}
