//@ outcome: 42\n
use std::sync::{Condvar, Mutex};
use std::thread;

static SLOT: Mutex<Option<i32>> = Mutex::new(None);
static FILLED: Condvar = Condvar::new();

fn main() {
    let t = thread::spawn(|| {
        SLOT.lock().unwrap().replace(42);
        FILLED.notify_all();
    });
    let guard = FILLED.wait_while(SLOT.lock().unwrap(), |s| s.is_none()).unwrap();
    println!("{}", guard.unwrap());
    drop(guard);
    t.join().unwrap();
}
