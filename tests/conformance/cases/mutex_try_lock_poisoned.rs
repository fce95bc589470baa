//@ outcome: poisoned 9\n
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, TryLockError};

fn main() {
    let m = Mutex::new(9);
    let _ = catch_unwind(AssertUnwindSafe(|| {
        let _g = m.lock().unwrap();
        panic!("x");
    }));
    match m.try_lock() {
        Err(TryLockError::Poisoned(e)) => println!("poisoned {}", e.into_inner()),
        Err(TryLockError::WouldBlock) => println!("busy"),
        Ok(_) => println!("free"),
    };
}
