//@ outcome: 0 0\n
//@ outcome: 1 1\n
//@ outcome-deadlock
// A second read in one thread may wait for a writer that waits for the first.
use std::sync::RwLock;
use std::thread;

static L: RwLock<i32> = RwLock::new(0);

fn main() {
    let t = thread::spawn(|| *L.write().unwrap() = 1);
    let a = L.read().unwrap();
    let b = L.read().unwrap();
    println!("{a} {b}");
    drop((a, b));
    t.join().unwrap();
}
