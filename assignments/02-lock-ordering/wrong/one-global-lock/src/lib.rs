use std::sync::Mutex;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    UnknownAccount,
    InsufficientFunds,
}

pub struct Bank {
    accounts: Mutex<Vec<u64>>,
}

impl Bank {
    pub fn new(balances: &[u64]) -> Self {
        Bank {
            accounts: Mutex::new(balances.to_vec()),
        }
    }

    pub fn balance(&self, account: usize) -> Option<u64> {
        self.accounts.lock().unwrap().get(account).copied()
    }

    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        let mut accounts = self.accounts.lock().unwrap();
        if from >= accounts.len() || to >= accounts.len() {
            return Err(TransferError::UnknownAccount);
        }
        if accounts[from] < amount {
            return Err(TransferError::InsufficientFunds);
        }
        accounts[from] -= amount;
        accounts[to] += amount;
        Ok(())
    }

    pub fn total(&self) -> u64 {
        self.accounts.lock().unwrap().iter().sum()
    }
}
