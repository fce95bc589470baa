//@ outcome: took Some(1)\n
//@ outcome: took None\n
// The consumer waits with `if`: it may go on although nothing is there.
use std::sync::{Condvar, Mutex};
use std::thread;

static ITEMS: Mutex<Vec<i32>> = Mutex::new(Vec::new());
static ADDED: Condvar = Condvar::new();

fn main() {
    let consumer = thread::spawn(|| {
        let mut items = ITEMS.lock().unwrap();
        if items.is_empty() {
            items = ADDED.wait(items).unwrap();
        }
        println!("took {:?}", items.pop());
    });
    ITEMS.lock().unwrap().push(1);
    ADDED.notify_one();
    consumer.join().unwrap();
}
