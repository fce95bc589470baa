//@ right
// The holder holds until try_lock was seen to fail: no deadlock.
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

static M: Mutex<()> = Mutex::new(());
static HELD: AtomicBool = AtomicBool::new(false);
static TRIED: AtomicBool = AtomicBool::new(false);

fn main() {
    let t = thread::spawn(|| {
        let _g = M.lock().unwrap();
        HELD.store(true, SeqCst);
        while !TRIED.load(SeqCst) {
            thread::yield_now();
        }
    });
    while !HELD.load(SeqCst) {
        thread::yield_now();
    }
    assert!(M.try_lock().is_err());
    TRIED.store(true, SeqCst);
    t.join().unwrap();
}
