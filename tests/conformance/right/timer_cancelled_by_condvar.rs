//@ right
// A one-hour timer that is cancelled ends at once.
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

fn main() {
    let state = Arc::new((Mutex::new(false), Condvar::new()));
    let s = state.clone();
    let timer = thread::spawn(move || {
        let (cancelled, r) = s
            .1
            .wait_timeout_while(s.0.lock().unwrap(), Duration::from_secs(3600), |c| !*c)
            .unwrap();
        assert!(*cancelled && !r.timed_out());
    });
    *state.0.lock().unwrap() = true;
    state.1.notify_one();
    timer.join().unwrap();
}
