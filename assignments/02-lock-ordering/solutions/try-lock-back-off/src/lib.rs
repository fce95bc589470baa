//! try_lock for the second lock; who fails drops the first, lets others run and begins again. The total is remembered.

use std::sync::{Mutex, TryLockError};
use std::thread;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    UnknownAccount,
    InsufficientFunds,
}

pub struct Bank {
    accounts: Vec<Mutex<u64>>,
    total: u64,
}

impl Bank {
    pub fn new(balances: &[u64]) -> Self {
        Bank {
            accounts: balances.iter().copied().map(Mutex::new).collect(),
            total: balances.iter().sum(),
        }
    }

    pub fn balance(&self, account: usize) -> Option<u64> {
        self.accounts.get(account).map(|a| *a.lock().unwrap())
    }

    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        if from >= self.accounts.len() || to >= self.accounts.len() {
            return Err(TransferError::UnknownAccount);
        }
        if from == to {
            let enough = *self.accounts[from].lock().unwrap() >= amount;
            return if enough {
                Ok(())
            } else {
                Err(TransferError::InsufficientFunds)
            };
        }
        loop {
            let mut giver = self.accounts[from].lock().unwrap();
            match self.accounts[to].try_lock() {
                Ok(mut taker) => {
                    if *giver < amount {
                        return Err(TransferError::InsufficientFunds);
                    }
                    *giver -= amount;
                    *taker += amount;
                    return Ok(());
                }
                Err(TryLockError::WouldBlock) => {
                    // Let go of what we hold, or the other may wait for ever.
                    drop(giver);
                    thread::yield_now();
                }
                Err(TryLockError::Poisoned(_)) => unreachable!("nothing panics under these locks"),
            }
        }
    }

    pub fn total(&self) -> u64 {
        self.total
    }
}
