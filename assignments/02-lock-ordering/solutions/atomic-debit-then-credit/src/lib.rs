//! No locks: take it out with a compare-exchange loop, then put it in. The sum never changes, so it is remembered.

use std::sync::atomic::{AtomicU64, Ordering::AcqRel, Ordering::Acquire};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    UnknownAccount,
    InsufficientFunds,
}

pub struct Bank {
    accounts: Vec<AtomicU64>,
    total: u64,
}

impl Bank {
    pub fn new(balances: &[u64]) -> Self {
        Bank {
            accounts: balances.iter().copied().map(AtomicU64::new).collect(),
            total: balances.iter().sum(),
        }
    }

    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        let (Some(giver), Some(taker)) = (self.accounts.get(from), self.accounts.get(to)) else {
            return Err(TransferError::UnknownAccount);
        };
        if from == to {
            let enough = giver.load(Acquire) >= amount;
            return if enough {
                Ok(())
            } else {
                Err(TransferError::InsufficientFunds)
            };
        }
        giver
            .fetch_update(AcqRel, Acquire, |b| b.checked_sub(amount))
            .map_err(|_| TransferError::InsufficientFunds)?;
        taker.fetch_add(amount, AcqRel);
        Ok(())
    }

    pub fn balance(&self, account: usize) -> Option<u64> {
        self.accounts.get(account).map(|a| a.load(Acquire))
    }

    pub fn total(&self) -> u64 {
        self.total
    }
}
