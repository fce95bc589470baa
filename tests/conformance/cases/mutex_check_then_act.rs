//@ outcome: -10\n
//@ outcome: 20\n
// Locked twice: once to look, once to act.
use std::sync::{Arc, Mutex};
use std::thread;

fn withdraw(balance: &Mutex<i32>, amount: i32) {
    if *balance.lock().unwrap() >= amount {
        *balance.lock().unwrap() -= amount;
    }
}

fn main() {
    let balance = Arc::new(Mutex::new(50));
    let b = Arc::clone(&balance);
    let t = thread::spawn(move || withdraw(&b, 30));
    withdraw(&balance, 30);
    t.join().unwrap();
    println!("{}", balance.lock().unwrap());
}
