//@ outcome: 0 3\n
use std::cell::Cell;
use std::thread;

thread_local! {
    static N: Cell<u32> = const { Cell::new(0) };
}

fn main() {
    N.set(3);
    let other = thread::spawn(|| N.get()).join().unwrap();
    println!("{other} {}", N.get());
}
