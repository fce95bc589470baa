use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// `shown` is a copy of the balance that can be read without the lock.
pub struct Account {
    balance: Mutex<u64>,
    shown: AtomicU64,
}

impl Account {
    pub fn new(balance: u64) -> Self {
        Account {
            balance: Mutex::new(balance),
            shown: AtomicU64::new(balance),
        }
    }

    pub fn balance(&self) -> u64 {
        self.shown.load(SeqCst)
    }

    pub fn deposit(&self, amount: u64) {
        let mut balance = self.balance.lock().unwrap();
        *balance += amount;
        let now = *balance;
        // One line too early: two calls may now write their copies in the wrong order.
        drop(balance);
        self.shown.store(now, SeqCst);
    }

    pub fn withdraw(&self, amount: u64) -> bool {
        let mut balance = self.balance.lock().unwrap();
        if *balance < amount {
            return false;
        }
        *balance -= amount;
        let now = *balance;
        drop(balance);
        self.shown.store(now, SeqCst);
        true
    }
}
