//@ outcome: Err 4 Err 4\n
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

fn show<T>(r: &Result<T, impl Sized>) -> &'static str {
    if r.is_ok() { "Ok" } else { "Err" }
}

fn main() {
    let mut m = Mutex::new(4);
    let _ = catch_unwind(AssertUnwindSafe(|| {
        let _g = m.lock().unwrap();
        panic!("x");
    }));
    let r = m.get_mut();
    let a = show(&r);
    let n = *r.unwrap_or_else(|e| e.into_inner());
    let r = m.into_inner();
    println!("{a} {n} {} {}", show(&r), r.unwrap_or_else(|e| e.into_inner()));
}
