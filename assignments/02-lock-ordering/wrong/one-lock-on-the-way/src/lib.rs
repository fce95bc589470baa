use std::collections::HashSet;
use std::sync::{Condvar, Mutex};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    UnknownAccount,
    InsufficientFunds,
}

#[derive(Default)]
struct Busy(HashSet<usize>);

pub struct Bank {
    /// Accounts that somebody works on.
    busy: Mutex<Busy>,
    returned: Condvar,
    accounts: Vec<Mutex<u64>>,
}

/// Gives the accounts back when dropped.
struct Borrowed<'a> {
    bank: &'a Bank,
    which: Vec<usize>,
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        let mut busy = self.bank.busy.lock().unwrap();
        for account in &self.which {
            busy.0.remove(account);
        }
        self.bank.returned.notify_all();
    }
}

impl Bank {
    pub fn new(balances: &[u64]) -> Self {
        Bank {
            busy: Mutex::default(),
            returned: Condvar::new(),
            accounts: balances.iter().copied().map(Mutex::new).collect(),
        }
    }

    /// Waits until none of them is busy, then takes all at once.
    fn borrow(&self, which: Vec<usize>) -> Borrowed<'_> {
        let mut busy = self.busy.lock().unwrap();
        while which.iter().any(|a| busy.0.contains(a)) {
            busy = self.returned.wait(busy).unwrap();
        }
        busy.0.extend(&which);
        drop(busy);
        Borrowed { bank: self, which }
    }

    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        if from.max(to) >= self.accounts.len() {
            return Err(TransferError::UnknownAccount);
        }
        let _both = self.borrow(vec![from, to]);
        let left = self.accounts[from]
            .lock()
            .unwrap()
            .checked_sub(amount)
            .ok_or(TransferError::InsufficientFunds)?;
        *self.accounts[from].lock().unwrap() = left;
        *self.accounts[to].lock().unwrap() += amount;
        Ok(())
    }

    pub fn balance(&self, account: usize) -> Option<u64> {
        let cell = self.accounts.get(account)?;
        let _one = self.borrow(vec![account]);
        Some(*cell.lock().unwrap())
    }

    pub fn total(&self) -> u64 {
        let _all = self.borrow((0..self.accounts.len()).collect());
        self.accounts.iter().map(|a| *a.lock().unwrap()).sum()
    }
}
