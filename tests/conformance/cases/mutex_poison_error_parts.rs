//@ outcome: poisoned lock: another task failed inside 1 2 3\n
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

fn main() {
    let m = Mutex::new(1);
    let _ = catch_unwind(AssertUnwindSafe(|| {
        let _g = m.lock();
        panic!();
    }));
    let mut e = m.lock().unwrap_err();
    let text = e.to_string();
    let a = **e.get_ref();
    **e.get_mut() += 1;
    let b = **e.get_ref();
    let mut guard = e.into_inner();
    *guard += 1;
    println!("{text} {a} {b} {}", *guard);
}
