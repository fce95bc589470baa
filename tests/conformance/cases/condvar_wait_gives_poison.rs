//@ outcome: poisoned\n
//@ outcome: early\n
// The other thread panics with the mutex held: then lock() or wait() says so.
use std::sync::{Condvar, Mutex};
use std::thread;

static M: Mutex<bool> = Mutex::new(false);
static C: Condvar = Condvar::new();

struct Notify;
impl Drop for Notify {
    fn drop(&mut self) {
        C.notify_all();
    }
}

fn main() {
    let t = thread::spawn(|| {
        let _n = Notify; // dropped after the guard
        let mut g = M.lock().unwrap();
        *g = true;
        panic!("holding");
    });
    match M.lock() {
        Err(_) => println!("early"),
        Ok(mut g) => loop {
            match C.wait(g) {
                Ok(again) => g = again,
                Err(_) => {
                    println!("poisoned");
                    break;
                }
            }
        },
    }
    assert!(t.join().is_err());
}
