use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

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
            let enough = giver.load(SeqCst) >= amount;
            return if enough {
                Ok(())
            } else {
                Err(TransferError::InsufficientFunds)
            };
        }
        taker.fetch_add(amount, SeqCst);
        let debit = giver.fetch_update(SeqCst, SeqCst, |b| b.checked_sub(amount));
        if debit.is_err() {
            // Takes it back, but somebody may have seen it.
            taker.fetch_sub(amount, SeqCst);
            return Err(TransferError::InsufficientFunds);
        }
        Ok(())
    }

    pub fn balance(&self, account: usize) -> Option<u64> {
        self.accounts.get(account).map(|a| a.load(SeqCst))
    }

    pub fn total(&self) -> u64 {
        self.total
    }
}
