//@ finds: lost-wakeup
//@ engines: bounded random
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

fn main() {
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let ts: Vec<_> = (0..2)
        .map(|_| {
            let g = gate.clone();
            thread::spawn(move || drop(g.1.wait_while(g.0.lock().unwrap(), |o| !*o).unwrap()))
        })
        .collect();
    *gate.0.lock().unwrap() = true;
    gate.1.notify_one();
    for t in ts {
        t.join().unwrap();
    }
}
