//@ outcome-deadlock
// The guard in a match scrutinee lives until the end of the match.
use std::sync::Mutex;

fn main() {
    let m = Mutex::new(vec![1]);
    match m.lock().unwrap().pop() {
        Some(n) => m.lock().unwrap().push(n + 1),
        None => println!("empty"),
    }
    println!("{:?}", m.lock().unwrap());
}
