//@ outcome: main\n
//@ outcome: main\nthread\n
//@ outcome: thread\nmain\n
// Nobody joins: the process ends with main.
use std::thread;

fn main() {
    thread::spawn(|| println!("thread"));
    println!("main");
}
