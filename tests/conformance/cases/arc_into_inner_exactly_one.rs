//@ outcome: 1\n
// Of all the holders exactly one gets the value.
use std::sync::Arc;
use std::thread;

fn main() {
    let a = Arc::new(String::from("only"));
    let b = Arc::clone(&a);
    let t = thread::spawn(move || Arc::into_inner(b).is_some() as u32);
    let mine = Arc::into_inner(a).is_some() as u32;
    println!("{}", mine + t.join().unwrap());
}
