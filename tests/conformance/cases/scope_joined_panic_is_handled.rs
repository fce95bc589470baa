//@ outcome: Some("inside")\n
use std::thread;

fn main() {
    let e = thread::scope(|s| s.spawn(|| panic!("inside")).join().unwrap_err());
    println!("{:?}", e.downcast_ref::<&str>());
}
