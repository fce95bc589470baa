//@ outcome: Err(AccessError)\n
use std::cell::Cell;
use std::thread;

struct Last(Cell<u8>);
impl Drop for Last {
    fn drop(&mut self) {
        println!("{:?}", L.try_with(|l| l.0.get()));
    }
}

thread_local!(static L: Last = Last(Cell::new(1)));

fn main() {
    thread::spawn(|| L.with(|l| l.0.set(2))).join().unwrap();
}
