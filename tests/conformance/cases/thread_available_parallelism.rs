//@ outcome: true\n
use std::thread::available_parallelism;

fn main() {
    println!("{}", available_parallelism().map_or(1, |n| n.get()) >= 1);
}
