//@ outcome: true\n
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

fn main() {
    let m = Mutex::new(false);
    let c = Condvar::new();
    thread::scope(|s| {
        s.spawn(|| {
            *m.lock().unwrap() = true;
            c.notify_all();
        });
        let (g, r) = c
            .wait_timeout_while(m.lock().unwrap(), Duration::from_secs(3600), |set| !*set)
            .unwrap();
        assert!(!r.timed_out());
        println!("{}", *g);
    });
}
