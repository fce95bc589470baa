//@ outcome: 3\n
use std::sync::Mutex;

fn main() {
    let a = Mutex::new(1);
    let b = Mutex::new(2);
    println!("{}", *a.lock().unwrap() + *b.lock().unwrap());
}
