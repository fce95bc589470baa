//@ outcome-deadlock
//@ outcome: second worked\n
//@ finds: lost-wakeup
// acquire and release by hand: the panic in between leaves the lock taken.
use std::sync::{Condvar, Mutex};
use std::thread;

struct Lock {
    taken: Mutex<bool>,
    changed: Condvar,
}

impl Lock {
    fn acquire(&self) {
        let free = self.changed.wait_while(self.taken.lock().unwrap(), |taken| *taken);
        *free.unwrap() = true;
    }
    fn release(&self) {
        *self.taken.lock().unwrap() = false;
        self.changed.notify_one();
    }
}

static LOCK: Lock = Lock { taken: Mutex::new(false), changed: Condvar::new() };

fn work(bad: bool) {
    LOCK.acquire();
    if bad {
        panic!("something went wrong");
    }
    LOCK.release();
}

fn main() {
    let first = thread::spawn(|| work(true));
    let second = thread::spawn(|| work(false));
    let _ = first.join();
    second.join().unwrap();
    println!("second worked");
}
