//@ outcome: [0]\n
// Edition 2024: the guard of an `if let` is dropped before its else branch.
use std::sync::Mutex;

fn main() {
    let m = Mutex::new(Vec::<i32>::new());
    if let Some(n) = m.lock().unwrap().pop() {
        println!("{n}");
    } else {
        m.lock().unwrap().push(0);
    }
    println!("{:?}", m.lock().unwrap());
}
