//@ outcome: 5\n
// A type of one's own that bears a name of std.
use std::sync::atomic::{AtomicI32, Ordering};

struct Mutex(AtomicI32);
impl Mutex {
    fn lock(&self) -> i32 {
        self.0.load(Ordering::Relaxed)
    }
}

fn main() {
    let m = Mutex(AtomicI32::new(5));
    println!("{}", m.lock());
}
