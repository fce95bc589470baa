use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

pub struct Account {
    balance: AtomicI64,
}

impl Account {
    pub fn new(balance: u64) -> Self {
        Account {
            balance: AtomicI64::new(balance as i64),
        }
    }

    pub fn balance(&self) -> u64 {
        self.balance.load(SeqCst) as u64
    }

    pub fn deposit(&self, amount: u64) {
        self.balance.fetch_add(amount as i64, SeqCst);
    }

    pub fn withdraw(&self, amount: u64) -> bool {
        let before = self.balance.fetch_sub(amount as i64, SeqCst);
        if (before as u64) < amount {
            self.balance.fetch_add(amount as i64, SeqCst);
            return false;
        }
        true
    }
}
