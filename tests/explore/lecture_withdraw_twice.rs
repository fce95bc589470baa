//@ outcome: balance 20\n
//@ outcome: balance -10\n
// Two withdrawals of 30 from 50: each looks first, then takes.
use std::sync::atomic::{AtomicI32, Ordering::SeqCst};
use std::thread;

static BALANCE: AtomicI32 = AtomicI32::new(50);

fn withdraw(amount: i32) {
    if BALANCE.load(SeqCst) >= amount {
        BALANCE.fetch_sub(amount, SeqCst);
    }
}

fn main() {
    let a = thread::spawn(|| withdraw(30));
    let b = thread::spawn(|| withdraw(30));
    a.join().unwrap();
    b.join().unwrap();
    println!("balance {}", BALANCE.load(SeqCst));
}
