//@ right
// While one thread unwinds, another one's guard is dropped: that is no poison.
use std::sync::Mutex;
use std::thread;

static MINE: Mutex<i32> = Mutex::new(0);
static OTHER: Mutex<i32> = Mutex::new(0);

struct Unwinding;
impl Drop for Unwinding {
    fn drop(&mut self) {
        *OTHER.lock().unwrap() += 1;
    }
}

fn main() {
    let bad = thread::spawn(|| {
        let _u = Unwinding;
        panic!("unwind slowly");
    });
    for _ in 0..2 {
        *MINE.lock().unwrap() += 1;
        *OTHER.lock().unwrap() += 1;
    }
    assert!(bad.join().is_err());
    assert!(!MINE.is_poisoned() && !OTHER.is_poisoned());
    assert_eq!(*OTHER.lock().unwrap(), 3);
}
