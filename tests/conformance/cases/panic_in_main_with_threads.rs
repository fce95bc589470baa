//@ outcome-panic: main gives up
use std::thread;

fn main() {
    let t = thread::spawn(|| 1);
    if t.join().unwrap() == 1 {
        panic!("main gives up");
    }
}
