//! Assignment 01: the shared balance.
//!
//! This account works as long as one thread uses it. Find out what goes wrong with two, and mend it.

use std::sync::atomic::{AtomicU64, Ordering};

/// A bank account that several threads share.
pub struct Account {
    balance: AtomicU64,
}

impl Account {
    /// An account that holds `balance`.
    pub fn new(balance: u64) -> Self {
        Account {
            balance: AtomicU64::new(balance),
        }
    }

    /// What it holds now.
    pub fn balance(&self) -> u64 {
        self.balance.load(Ordering::SeqCst)
    }

    /// Adds `amount`.
    pub fn deposit(&self, amount: u64) {
        let balance = self.balance();
        self.balance.store(balance + amount, Ordering::SeqCst);
    }

    /// Takes `amount` out. `false`, and nothing changed, if there is less.
    pub fn withdraw(&self, amount: u64) -> bool {
        let balance = self.balance();
        if balance < amount {
            return false;
        }
        self.balance.store(balance - amount, Ordering::SeqCst);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Account;

    #[test]
    fn one_thread_alone() {
        let account = Account::new(50);
        account.deposit(20);
        assert!(account.withdraw(30));
        assert!(!account.withdraw(50));
        assert_eq!(account.balance(), 40);
    }
}
