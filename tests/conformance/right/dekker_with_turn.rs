//@ right
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::*};
use std::thread;

static WANT: [AtomicBool; 2] = [const { AtomicBool::new(false) }; 2];
static TURN: AtomicUsize = AtomicUsize::new(0);
static DATA: AtomicU32 = AtomicU32::new(0);

fn section(me: usize) {
    let other = 1 - me;
    WANT[me].store(true, SeqCst);
    while WANT[other].load(SeqCst) {
        if TURN.load(SeqCst) != me {
            WANT[me].store(false, SeqCst);
            while TURN.load(SeqCst) != me {
                thread::yield_now();
            }
            WANT[me].store(true, SeqCst);
        } else {
            thread::yield_now();
        }
    }
    DATA.store(DATA.load(Relaxed) + 1, Relaxed);
    TURN.store(other, SeqCst);
    WANT[me].store(false, SeqCst);
}

fn main() {
    let t = thread::spawn(|| section(0));
    section(1);
    t.join().unwrap();
    assert_eq!(DATA.load(Relaxed), 2);
}
