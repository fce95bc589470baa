//@ outcome-deadlock
use std::sync::Mutex;

fn main() {
    let m = Mutex::new(1);
    let a = m.lock().unwrap();
    let b = m.lock().unwrap();
    println!("{}", *a + *b);
}
