//@ outcome: main\n
// A detached thread that waits for ever does not keep the process alive.
use std::sync::{Condvar, Mutex};
use std::thread;

static M: Mutex<bool> = Mutex::new(false);
static C: Condvar = Condvar::new();

fn main() {
    thread::spawn(|| {
        let mut g = M.lock().unwrap();
        while !*g {
            g = C.wait(g).unwrap();
        }
    });
    println!("main");
}
