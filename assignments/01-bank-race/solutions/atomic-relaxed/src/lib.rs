//! One atomic. All calls use the same location, so relaxed orderings are enough: it has one order of changes.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

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
        self.balance.load(Relaxed)
    }

    pub fn deposit(&self, amount: u64) {
        self.balance.fetch_add(amount, Relaxed);
    }

    pub fn withdraw(&self, amount: u64) -> bool {
        self.balance
            .fetch_update(Relaxed, Relaxed, |b| b.checked_sub(amount))
            .is_ok()
    }
}
