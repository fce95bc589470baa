//@ outcome: main\nthread\n
//@ outcome: thread\nmain\n
use std::thread;

fn main() {
    let t = thread::spawn(|| println!("thread"));
    println!("main");
    t.join().unwrap();
}
