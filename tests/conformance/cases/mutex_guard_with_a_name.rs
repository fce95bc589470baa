//@ outcome: 1 2\n
//@ outcome: 2 1\n
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static LOCK: Mutex<()> = Mutex::new(());
static N: AtomicU32 = AtomicU32::new(0);

fn section() -> u32 {
    let _guard = LOCK.lock().unwrap();
    let n = N.load(Relaxed);
    N.store(n + 1, Relaxed);
    N.load(Relaxed)
}

fn main() {
    let t = thread::spawn(section);
    let a = section();
    println!("{a} {}", t.join().unwrap());
}
