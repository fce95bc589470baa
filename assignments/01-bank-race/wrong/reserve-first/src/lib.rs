use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// `reserved` is money that a withdrawal is about to take.
pub struct Account {
    balance: AtomicU64,
    reserved: AtomicU64,
}

impl Account {
    pub fn new(balance: u64) -> Self {
        Account {
            balance: AtomicU64::new(balance),
            reserved: AtomicU64::new(0),
        }
    }

    pub fn balance(&self) -> u64 {
        self.balance.load(SeqCst)
    }

    pub fn deposit(&self, amount: u64) {
        self.balance.fetch_add(amount, SeqCst);
    }

    pub fn withdraw(&self, amount: u64) -> bool {
        let reserved = self.reserved.fetch_add(amount, SeqCst);
        // A reservation that will be refused counts here, too.
        let enough =
            u128::from(self.balance.load(SeqCst)) >= u128::from(reserved) + u128::from(amount);
        if enough {
            self.balance.fetch_sub(amount, SeqCst);
        }
        self.reserved.fetch_sub(amount, SeqCst);
        enough
    }
}
