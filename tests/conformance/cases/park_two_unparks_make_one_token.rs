//@ allowed: done\n
//@ outcome-deadlock
// The second park only returns by a spurious wake-up.
use std::thread;

fn main() {
    let me = thread::current();
    me.unpark();
    me.unpark();
    thread::park();
    thread::park();
    println!("done");
}
