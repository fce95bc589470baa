//@ finds: livelock
//@ engines: bounded random
// Each waits for the other to go first, without sleeping and for ever.
use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

static A: AtomicBool = AtomicBool::new(false);
static B: AtomicBool = AtomicBool::new(false);

fn main() {
    let t = thread::spawn(|| {
        while !B.load(SeqCst) {
            spin_loop();
        }
        A.store(true, SeqCst);
    });
    while !A.load(SeqCst) {
        spin_loop();
    }
    B.store(true, SeqCst);
    t.join().unwrap();
}
