//@ outcome: false true\n
//@ outcome: true true\n
use std::thread;

fn main() {
    let t = thread::spawn(|| {});
    let early = t.is_finished();
    while !t.is_finished() {
        thread::yield_now();
    }
    println!("{early} {}", t.is_finished());
    t.join().unwrap();
}
