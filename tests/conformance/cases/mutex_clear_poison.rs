//@ outcome: true false 5\n
use std::panic;
use std::sync::Mutex;

fn main() {
    let m = Mutex::new(5);
    let _ = panic::catch_unwind(panic::AssertUnwindSafe(|| {
        let _g = m.lock().unwrap();
        panic!("while holding");
    }));
    let before = m.is_poisoned();
    m.clear_poison();
    println!("{before} {} {}", m.is_poisoned(), m.lock().unwrap());
}
