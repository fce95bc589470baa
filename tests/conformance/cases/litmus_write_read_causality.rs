//@ outcome: not yet\n
//@ outcome: 1\n
// The middle thread saw x and then released y: who acquires y sees x too.
use std::sync::atomic::{AtomicU8, Ordering::*};
use std::thread;

fn main() {
    let x = AtomicU8::new(0);
    let y = AtomicU8::new(0);
    thread::scope(|s| {
        s.spawn(|| x.store(1, Relaxed));
        s.spawn(|| {
            if x.load(Relaxed) == 1 {
                y.store(1, Release);
            }
        });
        if y.load(Acquire) == 1 {
            println!("{}", x.load(Relaxed));
        } else {
            println!("not yet");
        }
    });
}
