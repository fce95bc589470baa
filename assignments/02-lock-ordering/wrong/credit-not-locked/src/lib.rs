use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    UnknownAccount,
    InsufficientFunds,
}

struct Account {
    /// Held by whoever takes money out.
    giving: Mutex<()>,
    balance: AtomicU64,
}

pub struct Bank {
    accounts: Vec<Account>,
    total: u64,
}

impl Bank {
    pub fn new(balances: &[u64]) -> Self {
        let account = |&balance| Account {
            giving: Mutex::new(()),
            balance: AtomicU64::new(balance),
        };
        Bank {
            accounts: balances.iter().map(account).collect(),
            total: balances.iter().sum(),
        }
    }

    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        let (Some(giver), Some(taker)) = (self.accounts.get(from), self.accounts.get(to)) else {
            return Err(TransferError::UnknownAccount);
        };
        let _giving = giver.giving.lock().unwrap();
        if giver.balance.load(SeqCst) < amount {
            return Err(TransferError::InsufficientFunds);
        }
        if from != to {
            giver.balance.fetch_sub(amount, SeqCst);
            // Two transfers into this account can both read the old balance.
            let before = taker.balance.load(SeqCst);
            taker.balance.store(before + amount, SeqCst);
        }
        Ok(())
    }

    pub fn balance(&self, account: usize) -> Option<u64> {
        self.accounts.get(account).map(|a| a.balance.load(SeqCst))
    }

    pub fn total(&self) -> u64 {
        self.total
    }
}
