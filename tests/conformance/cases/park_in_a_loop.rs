//@ outcome: 1\n
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

static FLAG: AtomicU32 = AtomicU32::new(0);

fn main() {
    let t = thread::spawn(|| {
        while FLAG.load(Ordering::Acquire) == 0 {
            thread::park();
        }
        println!("{}", FLAG.load(Ordering::Relaxed));
    });
    FLAG.store(1, Ordering::Release);
    t.thread().unpark();
    t.join().unwrap();
}
