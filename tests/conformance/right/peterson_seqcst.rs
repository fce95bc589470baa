//@ right
use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::*};
use std::thread;

static WANT: [AtomicBool; 2] = [const { AtomicBool::new(false) }; 2];
static TURN: AtomicUsize = AtomicUsize::new(0);
static DATA: AtomicU32 = AtomicU32::new(0);

fn section(me: usize) {
    WANT[me].store(true, SeqCst);
    TURN.store(1 - me, SeqCst);
    while WANT[1 - me].load(SeqCst) && TURN.load(SeqCst) == 1 - me {
        spin_loop();
    }
    DATA.store(DATA.load(Relaxed) + 1, Relaxed);
    WANT[me].store(false, SeqCst);
}

fn main() {
    let t = thread::spawn(|| section(0));
    section(1);
    t.join().unwrap();
    assert_eq!(DATA.load(Relaxed), 2);
}
