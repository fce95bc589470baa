//@ outcome: false\n
//@ outcome: true\n
// park may return at any time, so the flag may not be set yet.
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

static SET: AtomicBool = AtomicBool::new(false);

fn main() {
    let main_thread = thread::current();
    let t = thread::spawn(move || {
        SET.store(true, SeqCst);
        main_thread.unpark();
    });
    thread::park();
    println!("{}", SET.load(SeqCst));
    t.join().unwrap();
}
