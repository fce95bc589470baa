//@ right
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Condvar, Mutex};
use std::thread;

static FREE: Mutex<u32> = Mutex::new(1);
static C: Condvar = Condvar::new();
static INSIDE: AtomicU32 = AtomicU32::new(0);

fn section() {
    *C.wait_while(FREE.lock().unwrap(), |f| *f == 0).unwrap() -= 1;
    assert_eq!(INSIDE.fetch_add(1, SeqCst), 0);
    INSIDE.fetch_sub(1, SeqCst);
    *FREE.lock().unwrap() += 1;
    C.notify_one();
}

fn main() {
    let t = thread::spawn(section);
    section();
    t.join().unwrap();
}
