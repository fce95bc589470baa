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
        if from >= self.accounts.len() || to >= self.accounts.len() {
            return Err(TransferError::UnknownAccount);
        }
        let mut giver = self.accounts[from].lock().unwrap();
        if *giver < amount {
            return Err(TransferError::InsufficientFunds);
        }
        *giver -= amount;
        // One line too early: for a moment the money is nowhere.
        drop(giver);
        *self.accounts[to].lock().unwrap() += amount;
        Ok(())
    }

    pub fn total(&self) -> u64 {
        // All locks in the order of the accounts, held together.
        let guards: Vec<_> = self.accounts.iter().map(|a| a.lock().unwrap()).collect();
        guards.iter().map(|g| **g).sum()
    }
}
