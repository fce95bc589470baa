//@ right
use std::sync::{Condvar, Mutex};
use std::thread;

static M: Mutex<u32> = Mutex::new(0);
static C: Condvar = Condvar::new();

fn main() {
    let t = thread::spawn(|| {
        let mut g = M.lock().unwrap();
        *g = 1;
        drop(g);
        C.notify_one();
    });
    let mut g = M.lock().unwrap();
    while *g == 0 {
        g = C.wait(g).unwrap();
    }
    drop(g);
    t.join().unwrap();
}
