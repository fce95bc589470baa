//@ outcome: called `Option::unwrap()` on a `None` value | index out of bounds: the len is 1 but the index is 3\n
use std::hint::black_box;
use std::thread;

fn message(e: Box<dyn std::any::Any + Send>) -> String {
    match e.downcast::<String>() {
        Ok(s) => *s,
        Err(e) => e.downcast::<&str>().unwrap().to_string(),
    }
}

fn main() {
    let a = thread::spawn(|| black_box(None::<u8>).unwrap()).join().unwrap_err();
    let b = thread::spawn(|| [1][black_box(3)]).join().unwrap_err();
    println!("{} | {}", message(a), message(b));
}
