//@ outcome: 0 0\n
//@ outcome: 0 1\n
//@ outcome: 1 0\n
//@ outcome: 1 1\n
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::thread;

fn main() {
    let data = AtomicU32::new(0);
    let ready = AtomicBool::new(false);
    thread::scope(|s| {
        s.spawn(|| {
            data.store(1, Relaxed);
            ready.store(true, Relaxed);
        });
        let r = ready.load(Relaxed) as u32;
        let d = data.load(Relaxed);
        println!("{r} {d}");
    });
}
