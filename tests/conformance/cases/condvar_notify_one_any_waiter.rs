//@ outcome: first a\n
//@ outcome: first b\n
// One permit, then another: which waiter gets the first one is open.
use std::sync::{Condvar, Mutex};
use std::thread;

static STATE: Mutex<(u32, Vec<&str>)> = Mutex::new((0, Vec::new()));
static C: Condvar = Condvar::new();

fn worker(name: &'static str) {
    let mut g = STATE.lock().unwrap();
    while g.0 == 0 {
        g = C.wait(g).unwrap();
    }
    g.0 -= 1;
    g.1.push(name);
}

fn main() {
    let a = thread::spawn(|| worker("a"));
    let b = thread::spawn(|| worker("b"));
    for _ in 0..2 {
        STATE.lock().unwrap().0 += 1;
        C.notify_one();
    }
    a.join().unwrap();
    b.join().unwrap();
    println!("first {}", STATE.lock().unwrap().1[0]);
}
