//@ outcome: 6\n
use std::hint::{black_box, spin_loop};

fn main() {
    spin_loop();
    println!("{}", black_box(2) * black_box(3));
}
