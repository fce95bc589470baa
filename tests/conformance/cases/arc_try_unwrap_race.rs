//@ allowed: 0\n
//@ outcome: 1\n
// With try_unwrap(..).ok() it may be that nobody gets it.
use std::sync::Arc;
use std::thread;

fn main() {
    let a = Arc::new(1);
    let b = Arc::clone(&a);
    let t = thread::spawn(move || Arc::try_unwrap(b).ok().is_some() as u32);
    let mine = Arc::try_unwrap(a).ok().is_some() as u32;
    println!("{}", mine + t.join().unwrap());
}
