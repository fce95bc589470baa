//@ finds: assertion
// One thread guards the value by one lock, the other 3 by another.
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

static RIGHT: Mutex<()> = Mutex::new(());
static WRONG: Mutex<()> = Mutex::new(());
static VALUE: AtomicU32 = AtomicU32::new(0);

fn increment() {
    let old = VALUE.load(SeqCst);
    VALUE.store(old + 1, SeqCst);
}

fn main() {
    let mut threads = vec![thread::spawn(|| {
        let _g = RIGHT.lock().unwrap();
        let before = VALUE.load(SeqCst);
        increment();
        assert_eq!(VALUE.load(SeqCst), before + 1);
    })];
    for _ in 0..3 {
        threads.push(thread::spawn(|| {
            let _g = WRONG.lock().unwrap();
            increment();
        }));
    }
    for t in threads {
        t.join().unwrap();
    }
}
