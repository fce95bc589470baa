//@ outcome: done\n
//@ outcome-deadlock
// One notification for two waiters: one of them may sleep for ever.
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

fn main() {
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let g2 = gate.clone();
    let t = thread::spawn(move || {
        let mut open = g2.0.lock().unwrap();
        while !*open {
            open = g2.1.wait(open).unwrap();
        }
    });
    let g3 = gate.clone();
    let u = thread::spawn(move || {
        *g3.0.lock().unwrap() = true;
        g3.1.notify_one();
    });
    let mut open = gate.0.lock().unwrap();
    while !*open {
        open = gate.1.wait(open).unwrap();
    }
    drop(open);
    t.join().unwrap();
    u.join().unwrap();
    println!("done");
}
