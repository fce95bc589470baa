//@ outcome: [1, 2]\n
//@ outcome: [2, 1]\n
use std::sync::Mutex;
use std::thread;

fn main() {
    let list = Mutex::new(Vec::new());
    thread::scope(|s| {
        s.spawn(|| list.lock().unwrap().push(1));
        s.spawn(|| list.lock().unwrap().push(2));
    });
    println!("{:?}", list.into_inner().unwrap());
}
