//@ outcome: 1 2 5 0\n
use std::cell::Cell;

thread_local!(static N: Cell<u32> = Cell::new(1));

fn main() {
    let a = N.get();
    N.set(2);
    let b = N.replace(5);
    let c = N.take();
    println!("{a} {b} {c} {}", N.get());
}
