//@ outcome: 5\n
use std::sync::OnceLock;
use std::thread;

static CELL: OnceLock<u32> = OnceLock::new();

fn main() {
    thread::spawn(|| CELL.set(5).unwrap());
    println!("{}", CELL.wait());
}
