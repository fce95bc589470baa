//@ outcome: 2\n
use std::panic::catch_unwind;
use std::sync::OnceLock;

static CELL: OnceLock<i32> = OnceLock::new();

fn main() {
    let r = catch_unwind(|| {
        CELL.get_or_init(|| panic!("first try"));
    });
    assert!(r.is_err());
    println!("{}", CELL.get_or_init(|| 2));
}
