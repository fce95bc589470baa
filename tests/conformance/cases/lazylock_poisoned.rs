//@ outcome-panic: LazyLock instance has previously been poisoned
use std::panic::catch_unwind;
use std::sync::LazyLock;

static BAD: LazyLock<u32> = LazyLock::new(|| panic!("no value"));

fn main() {
    let _ = catch_unwind(|| *BAD);
    println!("{}", *BAD);
}
