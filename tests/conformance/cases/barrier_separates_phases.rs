//@ outcome: a1\nb1\nmiddle\n
//@ outcome: b1\na1\nmiddle\n
use std::sync::Barrier;
use std::thread;

fn main() {
    let barrier = Barrier::new(3);
    thread::scope(|s| {
        s.spawn(|| {
            println!("a1");
            barrier.wait();
        });
        s.spawn(|| {
            println!("b1");
            barrier.wait();
        });
        barrier.wait();
        println!("middle");
    });
}
