//@ outcome: Ok(()) Err(2) 1 12\n
use std::cell::{LazyCell, OnceCell};

fn main() {
    let c = OnceCell::new();
    let a = c.set(1);
    let b = c.set(2);
    let lazy = LazyCell::new(|| 3 * 4);
    println!("{a:?} {b:?} {} {}", c.get().unwrap(), *lazy);
}
