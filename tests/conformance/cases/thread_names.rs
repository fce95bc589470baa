//@ outcome: Some("main") None Some("worker")\n
use std::thread;

fn main() {
    let none = thread::spawn(|| thread::current().name().map(str::to_owned)).join().unwrap();
    let named = thread::Builder::new()
        .name("worker".to_string())
        .spawn(|| thread::current().name().map(|n| n.to_string()))
        .unwrap();
    println!("{:?} {:?} {:?}", thread::current().name(), none, named.join().unwrap());
}
