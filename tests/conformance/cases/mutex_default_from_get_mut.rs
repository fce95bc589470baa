//@ outcome: 0 text 6\n
use std::sync::Mutex;

fn main() {
    let a: Mutex<i32> = Mutex::default();
    let b = Mutex::from("text");
    let mut c = Mutex::new(5);
    *c.get_mut().unwrap() += 1;
    println!("{} {} {}", a.lock().unwrap(), b.lock().unwrap(), c.into_inner().unwrap());
}
