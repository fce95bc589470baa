//@ outcome: 0\n
//@ outcome: 3\n
// unpark happens before the park that it wakes; but a park may wake by itself.
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

static X: AtomicU32 = AtomicU32::new(0);

fn main() {
    let me = thread::current();
    let t = thread::spawn(move || {
        X.store(3, Relaxed);
        me.unpark();
    });
    thread::park();
    println!("{}", X.load(Relaxed));
    t.join().unwrap();
}
