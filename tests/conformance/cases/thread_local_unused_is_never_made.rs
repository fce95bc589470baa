//@ outcome: joined\n
use std::thread;

struct Loud;
impl Loud {
    fn new() -> Loud {
        println!("made");
        Loud
    }
}
impl Drop for Loud {
    fn drop(&mut self) {
        println!("dropped");
    }
}

thread_local!(static L: Loud = Loud::new());

fn main() {
    let t = thread::spawn(|| ());
    t.join().unwrap();
    println!("joined");
    if false {
        L.with(|_| ());
    }
}
