//@ outcome: try_lock failed because the operation would block | "WouldBlock"\n
use std::sync::Mutex;

fn main() {
    let m = Mutex::new(3);
    let _g = m.lock().unwrap();
    match m.try_lock() {
        Ok(_) => println!("?"),
        Err(e) => println!("{e} | {e:?}"),
    }
}
