//! The loop around compare_exchange_weak written out, for both directions.

use std::sync::atomic::{AtomicU64, Ordering};

pub struct Account(AtomicU64);

impl Account {
    pub fn new(balance: u64) -> Self {
        Account(AtomicU64::new(balance))
    }

    pub fn balance(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    pub fn deposit(&self, amount: u64) {
        self.change(|balance| Some(balance + amount));
    }

    pub fn withdraw(&self, amount: u64) -> bool {
        self.change(|balance| balance.checked_sub(amount))
    }

    fn change(&self, f: impl Fn(u64) -> Option<u64>) -> bool {
        let mut seen = self.balance();
        while let Some(new) = f(seen) {
            match self
                .0
                .compare_exchange_weak(seen, new, Ordering::AcqRel, Ordering::Acquire)
            {
                Ok(_) => return true,
                Err(now) => seen = now,
            }
        }
        false
    }
}
