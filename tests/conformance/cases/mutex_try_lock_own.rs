//@ outcome: true false true\n
use std::sync::Mutex;

fn main() {
    let m = Mutex::new(3);
    let first = m.try_lock();
    let a = first.is_ok();
    let b = m.try_lock().is_ok();
    drop(first);
    let c = m.try_lock().is_ok();
    println!("{a} {b} {c}");
}
