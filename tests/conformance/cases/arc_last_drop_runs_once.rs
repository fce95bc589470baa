//@ outcome: dropped\nend\n
use std::sync::Arc;
use std::thread;

struct Loud;
impl Drop for Loud {
    fn drop(&mut self) {
        println!("dropped");
    }
}

fn main() {
    let a = Arc::new(Loud);
    let b = Arc::clone(&a);
    let t = thread::spawn(move || drop(b));
    drop(a);
    t.join().unwrap();
    println!("end");
}
