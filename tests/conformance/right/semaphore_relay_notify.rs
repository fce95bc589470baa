//@ right
// notify_one may wake a waiter who cannot use it: that one passes it on.
use std::sync::{Condvar, Mutex};
use std::thread;

static TURN: Mutex<usize> = Mutex::new(0);
static C: Condvar = Condvar::new();

fn wait_for(me: usize) {
    let mut turn = TURN.lock().unwrap();
    while *turn != me {
        turn = C.wait(turn).unwrap();
        if *turn != me {
            C.notify_one();
            // let somebody else have the lock before sleeping again
            drop(turn);
            thread::yield_now();
            turn = TURN.lock().unwrap();
        }
    }
    *turn += 1;
    C.notify_all();
}

fn main() {
    let b = thread::spawn(|| wait_for(1));
    wait_for(0);
    b.join().unwrap();
    assert_eq!(*TURN.lock().unwrap(), 2);
}
