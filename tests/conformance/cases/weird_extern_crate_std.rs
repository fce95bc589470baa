//@ outcome: 1\n
//@ outcome: 2\n
// std under another name is the same std.
extern crate std as s;

use s::sync::atomic::{AtomicU32, Ordering};

static N: AtomicU32 = AtomicU32::new(0);

fn bump() {
    let n = N.load(Ordering::SeqCst);
    N.store(n + 1, Ordering::SeqCst);
}

fn main() {
    let t = s::thread::spawn(bump);
    bump();
    t.join().unwrap();
    s::println!("{}", N.load(Ordering::SeqCst));
}
