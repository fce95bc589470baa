//@ outcome: not yet\n
//@ outcome: 1\n
// A relaxed fetch_add goes on with the release sequence of the store before it.
use std::sync::atomic::{AtomicU8, Ordering::*};
use std::thread;

fn main() {
    let data = AtomicU8::new(0);
    let flag = AtomicU8::new(0);
    thread::scope(|s| {
        s.spawn(|| {
            data.store(1, Relaxed);
            flag.store(10, Release);
        });
        s.spawn(|| {
            flag.fetch_add(1, Relaxed);
        });
        if flag.load(Acquire) == 11 {
            println!("{}", data.load(Relaxed));
        } else {
            println!("not yet");
        }
    });
}
