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
        Bank { accounts: balances.iter().copied().map(Mutex::new).collect() }
    }

    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        if from.max(to) >= self.accounts.len() {
            return Err(TransferError::UnknownAccount);
        }
        if from == to {
            let enough = *self.accounts[from].lock().unwrap() >= amount;
            return if enough { Ok(()) } else { Err(TransferError::InsufficientFunds) };
        }
        let low = self.accounts[from.min(to)].lock().unwrap();
        let high = self.accounts[from.max(to)].lock().unwrap();
        let (mut giver, mut taker) = if from < to { (low, high) } else { (high, low) };
        if *giver < amount {
            return Err(TransferError::InsufficientFunds);
        }
        *giver -= amount;
        *taker += amount;
        Ok(())
    }

    pub fn balance(&self, account: usize) -> Option<u64> {
        Some(*self.accounts.get(account)?.lock().unwrap())
    }

    fn sum(&self) -> u64 {
        self.accounts.iter().map(|a| *a.lock().unwrap()).sum()
    }

    /// Adds up until two sums in a row agree.
    pub fn total(&self) -> u64 {
        let mut sum = self.sum();
        loop {
            let again = self.sum();
            if again == sum {
                return sum;
            }
            sum = again;
        }
    }
}
