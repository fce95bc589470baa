//@ outcome: Err(RecvError) true\n
use std::sync::mpsc;
use std::thread;

fn main() {
    let (tx, rx) = mpsc::channel::<i32>();
    let t = thread::spawn(move || {
        let _tx = tx;
        panic!("before sending");
    });
    println!("{:?} {}", rx.recv(), t.join().is_err());
}
