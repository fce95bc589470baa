//@ finds: deadlock
//@ engines: bounded random stress
use std::sync::Barrier;
use std::thread;

fn main() {
    let b = Barrier::new(3);
    thread::scope(|s| {
        s.spawn(|| b.wait());
        s.spawn(|| b.wait());
    });
}
