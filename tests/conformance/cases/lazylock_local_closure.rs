//@ outcome: not yet\ncomputing\n9 9\n
use std::sync::LazyLock;

fn main() {
    let base = 3;
    let lazy = LazyLock::new(move || {
        println!("computing");
        base * base
    });
    println!("not yet");
    let first = *lazy;
    println!("{first} {}", LazyLock::force(&lazy));
}
