//@ finds: deadlock
//@ engines: bounded loom random
use std::sync::Mutex;
use std::thread;

fn main() {
    let forks = [const { Mutex::new(()) }; 3];
    thread::scope(|s| {
        for i in 0..3 {
            let (left, right) = (&forks[i], &forks[(i + 1) % 3]);
            s.spawn(move || {
                let _l = left.lock().unwrap();
                let _r = right.lock().unwrap();
            });
        }
    });
}
