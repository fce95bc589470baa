//@ outcome: (0, 0)\n
//@ outcome: (1, 1)\n
use std::sync::RwLock;
use std::thread;

fn main() {
    let pair = RwLock::new((0, 0));
    thread::scope(|s| {
        s.spawn(|| {
            let mut p = pair.write().unwrap();
            p.0 = 1;
            p.1 = 1;
        });
        println!("{:?}", *pair.read().unwrap());
    });
}
