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
        if from == to {
            let enough = *self.accounts[from].lock().unwrap() >= amount;
            return if enough {
                Ok(())
            } else {
                Err(TransferError::InsufficientFunds)
            };
        }
        // An order for every pair, but not one for all: 0 before 1, 1 before 2, 2 before 0.
        let n = self.accounts.len();
        let distance = (to + n - from) % n;
        let from_first = 2 * distance < n || (2 * distance == n && from < to);
        let (a, b) = if from_first { (from, to) } else { (to, from) };
        let first = self.accounts[a].lock().unwrap();
        let second = self.accounts[b].lock().unwrap();
        let (mut giver, mut taker) = if from_first {
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
        loop {
            let guards: Vec<_> = self
                .accounts
                .iter()
                .map_while(|a| a.try_lock().ok())
                .collect();
            if guards.len() == self.accounts.len() {
                return guards.iter().map(|g| **g).sum();
            }
            drop(guards);
            std::thread::yield_now();
        }
    }
}
