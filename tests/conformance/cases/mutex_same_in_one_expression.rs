//@ outcome-deadlock
use std::sync::Mutex;

fn main() {
    let a = Mutex::new(1);
    println!("{}", *a.lock().unwrap() + *a.lock().unwrap());
}
