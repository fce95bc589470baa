//@ outcome: 1 2 3 0\n
use std::cell::Cell;

fn main() {
    let c = Cell::new(1);
    let a = c.get();
    c.set(2);
    let b = c.replace(3);
    println!("{a} {b} {} {}", c.take(), c.get());
}
