//@ finds: assertion
// The flag "there is something" is never taken back.
use std::sync::{Arc, Mutex};
use std::thread;

const SIZE: usize = 5;

fn main() {
    let stack = Arc::new(Mutex::new((Vec::new(), false)));
    let s = Arc::clone(&stack);
    let pusher = thread::spawn(move || {
        for i in 0..SIZE {
            let mut s = s.lock().unwrap();
            s.0.push(i);
            s.1 = true;
        }
    });
    let s = Arc::clone(&stack);
    let popper = thread::spawn(move || {
        for _ in 0..SIZE {
            let mut s = s.lock().unwrap();
            if s.1 {
                assert!(s.0.pop().is_some(), "the stack is empty");
            }
        }
    });
    pusher.join().unwrap();
    popper.join().unwrap();
}
