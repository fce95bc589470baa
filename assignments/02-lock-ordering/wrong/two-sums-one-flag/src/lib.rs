use std::sync::{Condvar, Mutex};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    UnknownAccount,
    InsufficientFunds,
}

#[derive(Default)]
struct Traffic {
    transfers: usize,
    summing: bool,
}

pub struct Bank {
    traffic: Mutex<Traffic>,
    changed: Condvar,
    accounts: Vec<Mutex<u64>>,
}

impl Bank {
    pub fn new(balances: &[u64]) -> Self {
        Bank {
            traffic: Mutex::default(),
            changed: Condvar::new(),
            accounts: balances.iter().copied().map(Mutex::new).collect(),
        }
    }

    pub fn balance(&self, account: usize) -> Option<u64> {
        self.accounts.get(account).map(|a| *a.lock().unwrap())
    }

    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        if from.max(to) >= self.accounts.len() {
            return Err(TransferError::UnknownAccount);
        }
        let traffic = self.traffic.lock().unwrap();
        self.changed
            .wait_while(traffic, |t| t.summing)
            .unwrap()
            .transfers += 1;
        let result = self.do_transfer(from, to, amount);
        self.traffic.lock().unwrap().transfers -= 1;
        self.changed.notify_all();
        result
    }

    fn do_transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        let mut giver = self.accounts[from].lock().unwrap();
        let left = giver
            .checked_sub(amount)
            .ok_or(TransferError::InsufficientFunds)?;
        if from != to {
            *giver = left;
            drop(giver);
            *self.accounts[to].lock().unwrap() += amount;
        }
        Ok(())
    }

    pub fn total(&self) -> u64 {
        let traffic = self.traffic.lock().unwrap();
        self.changed
            .wait_while(traffic, |t| t.transfers > 0)
            .unwrap()
            .summing = true;
        let sum = self.accounts.iter().map(|a| *a.lock().unwrap()).sum();
        // Another total() may still be adding up.
        self.traffic.lock().unwrap().summing = false;
        self.changed.notify_all();
        sum
    }
}
