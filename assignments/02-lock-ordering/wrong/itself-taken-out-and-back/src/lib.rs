//! Atomics: debit by compare_exchange_weak, then credit. A sum that waits until no transfer is under way (counter + condvar).
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    UnknownAccount,
    InsufficientFunds,
}

pub struct Bank {
    accounts: Vec<AtomicU64>,
    sum: u64,
}

impl Bank {
    pub fn new(balances: &[u64]) -> Self {
        Bank {
            accounts: balances.iter().map(|b| AtomicU64::new(*b)).collect(),
            sum: balances.iter().fold(0, |a, b| a + b),
        }
    }
    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        let giver = self.accounts.get(from).ok_or(TransferError::UnknownAccount)?;
        let taker = self.accounts.get(to).ok_or(TransferError::UnknownAccount)?;
        let mut now = giver.load(Ordering::Relaxed);
        loop {
            let Some(less) = now.checked_sub(amount) else { return Err(TransferError::InsufficientFunds) };
            match giver.compare_exchange_weak(now, less, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => break,
                Err(seen) => now = seen,
            }
        }
        taker.fetch_add(amount, Ordering::AcqRel);
        Ok(())
    }
    pub fn balance(&self, account: usize) -> Option<u64> {
        self.accounts.get(account).map(|a| a.load(Ordering::Acquire))
    }
    pub fn total(&self) -> u64 {
        self.sum
    }
}
