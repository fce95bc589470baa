//@ finds: panic
//@ engines: bounded random
use std::sync::OnceLock;
use std::thread;

static CELL: OnceLock<u32> = OnceLock::new();

fn init(n: u32) {
    if CELL.get().is_none() {
        CELL.set(n).unwrap();
    }
}

fn main() {
    let t = thread::spawn(|| init(1));
    init(2);
    t.join().unwrap();
}
