//@ right
//@ unfinished: stress
// In a model the hour passes at once; real threads would need an hour, and the engine sees that at once.
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

fn main() {
    let (_sender, receiver): (_, Receiver<u32>) = channel();
    thread::scope(|s| {
        s.spawn(|| thread::sleep(HOUR));
        s.spawn(|| {
            let (told, lock) = (Condvar::new(), Mutex::new(false));
            let (told, late) = told.wait_timeout_while(lock.lock().unwrap(), HOUR, |told| !*told).unwrap();
            assert!(late.timed_out() && !*told);
        });
        s.spawn(move || assert_eq!(receiver.recv_timeout(HOUR), Err(RecvTimeoutError::Timeout)));
        let begin = std::time::Instant::now();
        while begin.elapsed() < HOUR {
            thread::park_timeout(HOUR.saturating_sub(begin.elapsed()));
        }
    });
}
