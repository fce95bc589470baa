//@ outcome: work\ndropped\njoined\n
use std::thread;

struct Loud;
impl Drop for Loud {
    fn drop(&mut self) {
        println!("dropped");
    }
}

thread_local!(static L: Loud = Loud);

fn main() {
    thread::spawn(|| L.with(|_| println!("work"))).join().unwrap();
    println!("joined");
}
