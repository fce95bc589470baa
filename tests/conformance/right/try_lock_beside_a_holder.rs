//@ right
// try_lock must be able to fail beside a holder, and the fallback be taken.
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

static M: Mutex<u32> = Mutex::new(0);
static SKIPPED: AtomicU32 = AtomicU32::new(0);

fn work() {
    match M.try_lock() {
        Ok(mut n) => *n += 1,
        Err(_) => {
            SKIPPED.fetch_add(1, SeqCst);
        }
    }
}

fn main() {
    let t = thread::spawn(work);
    work();
    t.join().unwrap();
    let done = *M.lock().unwrap();
    assert!(done >= 1);
    assert_eq!(done + SKIPPED.load(SeqCst), 2);
}
