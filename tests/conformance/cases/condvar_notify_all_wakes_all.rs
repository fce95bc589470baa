//@ outcome: 2\n
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

fn main() {
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let waiters: Vec<_> = (0..2)
        .map(|_| {
            let gate = Arc::clone(&gate);
            thread::spawn(move || {
                let (open, changed) = &*gate;
                drop(changed.wait_while(open.lock().unwrap(), |o| !*o).unwrap());
                1
            })
        })
        .collect();
    *gate.0.lock().unwrap() = true;
    gate.1.notify_all();
    let n: i32 = waiters.into_iter().map(|w| w.join().unwrap()).sum();
    println!("{n}");
}
