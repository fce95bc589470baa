//! Assignment 02: transfers without deadlock.
//!
//! Each account has its own lock. One thread alone can work with this bank; two threads can stop each other for ever.

use std::sync::Mutex;

/// Why a transfer was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    /// `from` or `to` is not an account.
    UnknownAccount,
    /// There is less than `amount` in `from`.
    InsufficientFunds,
}

/// Accounts, numbered from 0.
pub struct Bank {
    accounts: Vec<Mutex<u64>>,
}

impl Bank {
    /// A bank with these balances.
    pub fn new(balances: &[u64]) -> Self {
        Bank {
            accounts: balances.iter().copied().map(Mutex::new).collect(),
        }
    }

    /// Moves `amount` from one account to another.
    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        // TODO: who takes which lock first? And what if `from == to`?
        let mut giver = self.accounts[from].lock().unwrap();
        let mut taker = self.accounts[to].lock().unwrap();
        if *giver < amount {
            return Err(TransferError::InsufficientFunds);
        }
        *giver -= amount;
        *taker += amount;
        Ok(())
    }

    /// What an account holds; `None` if there is no such account.
    pub fn balance(&self, account: usize) -> Option<u64> {
        self.accounts.get(account).map(|a| *a.lock().unwrap())
    }

    /// The sum of all balances at one moment.
    pub fn total(&self) -> u64 {
        // TODO: is that one moment?
        self.accounts.iter().map(|a| *a.lock().unwrap()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::Bank;

    #[test]
    fn one_transfer() {
        let bank = Bank::new(&[10, 20]);
        assert_eq!(bank.transfer(0, 1, 3), Ok(()));
        assert_eq!(bank.balance(1), Some(23));
        assert_eq!(bank.total(), 30);
    }
}
