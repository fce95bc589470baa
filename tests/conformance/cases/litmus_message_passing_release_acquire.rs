//@ outcome: 0 0\n
//@ outcome: 0 1\n
//@ outcome: 1 1\n
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

fn main() {
    let data = AtomicU32::new(0);
    let ready = AtomicBool::new(false);
    thread::scope(|s| {
        s.spawn(|| {
            data.store(1, Ordering::Relaxed);
            ready.store(true, Ordering::Release);
        });
        let r = ready.load(Ordering::Acquire) as u32;
        let d = data.load(Ordering::Relaxed);
        println!("{r} {d}");
    });
}
