//@ outcome: short\nlong\n
//@ outcome: long\nshort\n
// A sleeper may oversleep: the order is likely, not certain.
use std::thread;
use std::time::Duration;

fn main() {
    let a = thread::spawn(|| {
        thread::sleep(Duration::from_millis(30));
        println!("long");
    });
    let b = thread::spawn(|| {
        thread::sleep(Duration::from_millis(1));
        println!("short");
    });
    a.join().unwrap();
    b.join().unwrap();
}
