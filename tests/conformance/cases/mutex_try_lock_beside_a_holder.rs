//@ outcome: busy\n
//@ outcome: free\n
use std::sync::{Mutex, TryLockError};
use std::thread;

fn main() {
    let m = Mutex::new(());
    thread::scope(|s| {
        s.spawn(|| {
            let _g = m.lock().unwrap();
        });
        match m.try_lock() {
            Ok(_) => println!("free"),
            Err(TryLockError::WouldBlock) => println!("busy"),
            Err(TryLockError::Poisoned(_)) => unreachable!(),
        };
    });
}
