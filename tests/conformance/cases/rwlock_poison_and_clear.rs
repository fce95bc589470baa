//@ outcome: Err Err Ok 3\n
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::RwLock;

fn word<T, E>(r: Result<T, E>) -> &'static str {
    if r.is_ok() { "Ok" } else { "Err" }
}

fn main() {
    let l = RwLock::new(3);
    let _ = catch_unwind(AssertUnwindSafe(|| {
        let _g = l.write().unwrap();
        panic!("x");
    }));
    let a = word(l.read());
    let b = word(l.write());
    l.clear_poison();
    let c = word(l.try_read());
    println!("{a} {b} {c} {}", l.into_inner().unwrap());
}
