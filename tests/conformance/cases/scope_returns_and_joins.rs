//@ outcome: 10 12\n
use std::thread;

fn main() {
    let text = String::from("hello world!");
    let (a, b) = thread::scope(|s| {
        let h = s.spawn(|| text.chars().filter(|c| c.is_alphabetic()).count());
        (h.join().unwrap(), text.len())
    });
    println!("{a} {b}");
}
