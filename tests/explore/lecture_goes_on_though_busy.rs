//@ outcome: 1\n
//@ outcome: 2\n
// The lock is tried without waiting, and the answer is not looked at.
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

static LOCK: Mutex<()> = Mutex::new(());
static COUNT: AtomicU32 = AtomicU32::new(0);

fn add() {
    let _answer = LOCK.try_lock();
    let old = COUNT.load(SeqCst);
    COUNT.store(old + 1, SeqCst);
}

fn main() {
    let a = thread::spawn(add);
    let b = thread::spawn(add);
    a.join().unwrap();
    b.join().unwrap();
    println!("{}", COUNT.load(SeqCst));
}
