//@ right
// An event built from a list of parked threads.
use std::sync::Mutex;
use std::thread::{self, Thread};

static EVENT: Mutex<(bool, Vec<Thread>)> = Mutex::new((false, Vec::new()));

fn wait() {
    loop {
        {
            let mut e = EVENT.lock().unwrap();
            if e.0 {
                return;
            }
            e.1.push(thread::current());
        }
        thread::park();
    }
}

fn set() {
    let waiters = {
        let mut e = EVENT.lock().unwrap();
        e.0 = true;
        std::mem::take(&mut e.1)
    };
    for t in waiters {
        t.unpark();
    }
}

fn main() {
    let a = thread::spawn(wait);
    let b = thread::spawn(wait);
    set();
    a.join().unwrap();
    b.join().unwrap();
}
