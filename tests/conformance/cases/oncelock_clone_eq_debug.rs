//@ outcome: true OnceLock("x") false\n
use std::sync::OnceLock;

fn main() {
    let a = OnceLock::new();
    a.set("x").unwrap();
    let b = a.clone();
    println!("{} {a:?} {}", a == b, a == OnceLock::new());
}
