//@ outcome: 1 1\n
//@ outcome: 1 2\n
//@ outcome: 2 1\n
//@ outcome: 2 2\n
// The guard is dropped at once, so the section is not one.
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

static LOCK: Mutex<()> = Mutex::new(());
static N: AtomicU32 = AtomicU32::new(0);

fn section() -> u32 {
    drop(LOCK.lock().unwrap());
    let n = N.load(SeqCst);
    N.store(n + 1, SeqCst);
    N.load(SeqCst)
}

fn main() {
    let t = thread::spawn(section);
    let a = section();
    println!("{a} {}", t.join().unwrap());
}
