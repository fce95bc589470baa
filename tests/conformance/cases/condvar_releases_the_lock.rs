//@ outcome: 1\n
//@ outcome: 2\n
// While one waits, the other can take the lock.
use std::sync::{Condvar, Mutex};
use std::thread;

fn main() {
    let m = Mutex::new(0);
    let c = Condvar::new();
    thread::scope(|s| {
        s.spawn(|| {
            *m.lock().unwrap() += 1;
            c.notify_one();
        });
        s.spawn(|| {
            *m.lock().unwrap() += 1;
            c.notify_one();
        });
        let mut g = m.lock().unwrap();
        while *g == 0 {
            g = c.wait(g).unwrap();
        }
        println!("{g}");
    });
}
