//@ outcome: 3 caught\n
use std::panic;

fn main() {
    let ok = panic::catch_unwind(|| 1 + 2);
    let bad = panic::catch_unwind(|| {
        if true {
            panic!("caught");
        }
    });
    println!("{} {}", ok.unwrap(), bad.unwrap_err().downcast_ref::<&str>().unwrap());
}
