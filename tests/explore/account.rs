//@ finds: assertion
//@ published: account 1
// A deposit, a withdrawal and a check that expects the wrong sum.
use std::sync::{Arc, Mutex};
use std::thread;

#[derive(Default)]
struct State {
    balance: i32,
    deposited: bool,
    withdrawn: bool,
}

fn main() {
    let (x, y, z) = (1, 2, 4);
    let state = Arc::new(Mutex::new(State { balance: x, ..Default::default() }));
    let s = state.clone();
    let check = thread::spawn(move || {
        let s = s.lock().unwrap();
        if s.deposited && s.withdrawn {
            assert_eq!(s.balance, x - y - z);
        }
    });
    let s = state.clone();
    let withdraw = thread::spawn(move || {
        let mut s = s.lock().unwrap();
        s.balance -= z;
        s.withdrawn = true;
    });
    let s = state.clone();
    let deposit = thread::spawn(move || {
        let mut s = s.lock().unwrap();
        s.balance += y;
        s.deposited = true;
    });
    for t in [check, withdraw, deposit] {
        t.join().unwrap();
    }
}
