use std::sync::Mutex;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    UnknownAccount,
    InsufficientFunds,
}

pub struct Bank {
    accounts: Vec<Mutex<u64>>,
}

impl Bank {
    pub fn new(balances: &[u64]) -> Self {
        Bank {
            accounts: balances.iter().copied().map(Mutex::new).collect(),
        }
    }

    pub fn balance(&self, account: usize) -> Option<u64> {
        self.accounts.get(account).map(|a| *a.lock().unwrap())
    }

    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        let Some(giver) = self.accounts.get(from) else {
            return Err(TransferError::UnknownAccount);
        };
        if *giver.lock().unwrap() < amount {
            return Err(TransferError::InsufficientFunds);
        }
        if to >= self.accounts.len() {
            return Err(TransferError::UnknownAccount);
        }
        if from == to {
            return Ok(());
        }
        let first = self.accounts[from.min(to)].lock().unwrap();
        let second = self.accounts[from.max(to)].lock().unwrap();
        let (mut giver, mut taker) = if from < to {
            (first, second)
        } else {
            (second, first)
        };
        if *giver < amount {
            return Err(TransferError::InsufficientFunds);
        }
        *giver -= amount;
        *taker += amount;
        Ok(())
    }

    pub fn total(&self) -> u64 {
        // All locks in the order of the accounts, held together.
        let guards: Vec<_> = self.accounts.iter().map(|a| a.lock().unwrap()).collect();
        guards.iter().map(|g| **g).sum()
    }
}
