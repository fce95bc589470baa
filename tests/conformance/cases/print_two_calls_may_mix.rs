//@ outcome: a1\na2\nb1\n
//@ outcome: a1\nb1\na2\n
//@ outcome: b1\na1\na2\n
use std::thread;

fn main() {
    let t = thread::spawn(|| {
        println!("a1");
        println!("a2");
    });
    println!("b1");
    t.join().unwrap();
}
