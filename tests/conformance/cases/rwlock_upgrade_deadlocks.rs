//@ outcome-deadlock
use std::sync::RwLock;

fn main() {
    let l = RwLock::new(1);
    let r = l.read().unwrap();
    if *r == 1 {
        *l.write().unwrap() = 2; // still holds the read lock
    }
    println!("unreachable");
}
