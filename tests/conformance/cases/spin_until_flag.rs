//@ outcome: go\n
use std::hint;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

static GO: AtomicBool = AtomicBool::new(false);

fn main() {
    let t = thread::spawn(|| {
        while !GO.load(Ordering::Acquire) {
            hint::spin_loop();
        }
        println!("go");
    });
    GO.store(true, Ordering::Release);
    t.join().unwrap();
}
