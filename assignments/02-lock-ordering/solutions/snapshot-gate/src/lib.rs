//! Many transfers or one total(): a read-write lock for the bank, and a lock an account of which only one is held at a time.

use std::sync::{Mutex, RwLock};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    UnknownAccount,
    InsufficientFunds,
}

pub struct Bank {
    /// Transfers hold it for reading, `total` for writing.
    gate: RwLock<()>,
    accounts: Vec<Mutex<u64>>,
}

impl Bank {
    pub fn new(balances: &[u64]) -> Self {
        Bank {
            gate: RwLock::new(()),
            accounts: balances.iter().copied().map(Mutex::new).collect(),
        }
    }

    pub fn balance(&self, account: usize) -> Option<u64> {
        self.accounts.get(account).map(|a| *a.lock().unwrap())
    }

    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        let (Some(giver), Some(taker)) = (self.accounts.get(from), self.accounts.get(to)) else {
            return Err(TransferError::UnknownAccount);
        };
        let _transfers = self.gate.read().unwrap();
        let mut balance = giver.lock().unwrap();
        let left = balance
            .checked_sub(amount)
            .ok_or(TransferError::InsufficientFunds)?;
        if from != to {
            *balance = left;
            // Never two locks at once: the money on its way is hidden from `total` by the gate.
            drop(balance);
            *taker.lock().unwrap() += amount;
        }
        Ok(())
    }

    pub fn total(&self) -> u64 {
        let _nobody_transfers = self.gate.write().unwrap();
        self.accounts.iter().map(|a| *a.lock().unwrap()).sum()
    }
}
