//@ finds: deadlock
//@ engines: bounded loom random stress
use std::sync::Mutex;

fn transfer(accounts: &[Mutex<i32>], from: usize, to: usize) {
    let mut a = accounts[from].lock().unwrap();
    let mut b = accounts[to].lock().unwrap();
    *a -= 1;
    *b += 1;
}

fn main() {
    let accounts = [Mutex::new(1), Mutex::new(1)];
    transfer(&accounts, 0, 1);
    transfer(&accounts, 1, 1);
}
