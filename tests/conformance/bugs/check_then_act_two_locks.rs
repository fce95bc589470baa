//@ finds: assertion
//@ engines: bounded loom random
use std::sync::Mutex;
use std::thread;

static BALANCE: Mutex<i32> = Mutex::new(50);

fn withdraw(n: i32) {
    if *BALANCE.lock().unwrap() >= n {
        *BALANCE.lock().unwrap() -= n;
    }
}

fn main() {
    let t = thread::spawn(|| withdraw(30));
    withdraw(30);
    t.join().unwrap();
    assert!(*BALANCE.lock().unwrap() >= 0);
}
