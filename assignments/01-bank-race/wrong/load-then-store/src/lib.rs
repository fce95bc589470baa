use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

pub struct Account {
    balance: AtomicU64,
}

impl Account {
    pub fn new(balance: u64) -> Self {
        Account {
            balance: AtomicU64::new(balance),
        }
    }

    pub fn balance(&self) -> u64 {
        self.balance.load(SeqCst)
    }

    pub fn deposit(&self, amount: u64) {
        self.balance.fetch_add(amount, SeqCst);
    }

    pub fn withdraw(&self, amount: u64) -> bool {
        let balance = self.balance.load(SeqCst);
        if balance < amount {
            return false;
        }
        self.balance.store(balance - amount, SeqCst);
        true
    }
}
