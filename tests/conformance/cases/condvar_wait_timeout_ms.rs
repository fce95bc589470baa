//@ outcome: false\n
//@ outcome: true\n
use std::sync::{Condvar, Mutex};

#[allow(deprecated)]
fn main() {
    let m = Mutex::new(());
    let c = Condvar::new();
    // true: not timed out, which needs a spurious wake-up here
    let (_g, woken) = c.wait_timeout_ms(m.lock().unwrap(), 1).unwrap();
    println!("{woken}");
}
