//@ outcome: 3 true\n
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, Once, RwLock};
use std::thread;

struct Global {
    lock: Mutex<i32>,
    changed: Condvar,
    table: RwLock<[i32; 2]>,
    once: Once,
    stop: AtomicBool,
}

static GLOBAL: Global = Global {
    lock: Mutex::new(0),
    changed: Condvar::new(),
    table: RwLock::new([1, 2]),
    once: Once::new(),
    stop: AtomicBool::new(false),
};

fn main() {
    let t = thread::spawn(|| {
        GLOBAL.once.call_once(|| {
            let sum = GLOBAL.table.read().unwrap().iter().sum();
            *GLOBAL.lock.lock().unwrap() = sum;
        });
        GLOBAL.stop.store(true, Ordering::Release);
        GLOBAL.changed.notify_all();
    });
    let g = GLOBAL.changed.wait_while(GLOBAL.lock.lock().unwrap(), |n| *n == 0);
    println!("{} {}", g.unwrap(), { t.join().unwrap(); GLOBAL.stop.load(Ordering::Acquire) });
}
