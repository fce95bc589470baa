//@ right
// Two readers meet inside: that needs shared access.
use std::sync::{Barrier, RwLock};
use std::thread;

fn main() {
    let l = RwLock::new(());
    let b = Barrier::new(2);
    thread::scope(|s| {
        for _ in 0..2 {
            s.spawn(|| {
                let _g = l.read().unwrap();
                b.wait();
            });
        }
    });
}
