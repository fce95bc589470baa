//@ outcome: woken\n
//@ outcome-deadlock
// The notification may come before the wait; then only a spurious wake-up helps.
use std::sync::{Condvar, Mutex};
use std::thread;

static M: Mutex<()> = Mutex::new(());
static C: Condvar = Condvar::new();

fn main() {
    let t = thread::spawn(|| C.notify_one());
    let g = M.lock().unwrap();
    drop(C.wait(g).unwrap());
    println!("woken");
    t.join().unwrap();
}
