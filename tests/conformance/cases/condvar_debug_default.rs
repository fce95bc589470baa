//@ outcome: Condvar { .. }\n
use std::sync::Condvar;

fn main() {
    let c = Condvar::default();
    c.notify_one();
    c.notify_all();
    println!("{c:?}");
}
