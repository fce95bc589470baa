//@ outcome: not yet\n
//@ outcome: 0\n
//@ outcome: 1\n
// A plain store of another thread ends the release sequence.
use std::sync::atomic::{AtomicU8, Ordering::*};
use std::thread;

fn main() {
    let data = AtomicU8::new(0);
    let flag = AtomicU8::new(0);
    thread::scope(|s| {
        s.spawn(|| {
            data.store(1, Relaxed);
            flag.store(1, Release);
        });
        s.spawn(|| {
            if flag.load(Relaxed) == 1 {
                flag.store(2, Relaxed);
            }
        });
        if flag.load(Acquire) == 2 {
            println!("{}", data.load(Relaxed));
        } else {
            println!("not yet");
        }
    });
}
