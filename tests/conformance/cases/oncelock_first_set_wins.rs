//@ outcome: 1 Ok(()) Err(2)\n
//@ outcome: 2 Err(1) Ok(())\n
use std::sync::{Arc, OnceLock};
use std::thread;

fn main() {
    let cell = Arc::new(OnceLock::new());
    let c = Arc::clone(&cell);
    let t = thread::spawn(move || c.set(2));
    let mine = cell.set(1);
    let theirs = t.join().unwrap();
    println!("{} {mine:?} {theirs:?}", cell.get().unwrap());
}
