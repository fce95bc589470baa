//@ outcome: 610 deep\n
use std::thread;

fn fib(n: u32) -> u32 {
    if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
}

fn main() {
    let t = thread::Builder::new()
        .stack_size(256 * 1024)
        .name("deep".into())
        .spawn(|| fib(15))
        .unwrap();
    let name = t.thread().name().unwrap().to_string();
    println!("{} {name}", t.join().unwrap());
}
