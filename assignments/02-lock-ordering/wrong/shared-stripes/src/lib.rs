use std::sync::Mutex;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    UnknownAccount,
    InsufficientFunds,
}

/// Accounts share locks: account `i` uses lock `i % 16`.
pub struct Bank {
    stripes: Vec<Mutex<Vec<u64>>>,
    accounts: usize,
}

const STRIPES: usize = 16;

impl Bank {
    pub fn new(balances: &[u64]) -> Self {
        let mut stripes = vec![Vec::new(); STRIPES];
        for (i, &balance) in balances.iter().enumerate() {
            stripes[i % STRIPES].push(balance);
        }
        Bank {
            stripes: stripes.into_iter().map(Mutex::new).collect(),
            accounts: balances.len(),
        }
    }

    pub fn balance(&self, account: usize) -> Option<u64> {
        (account < self.accounts)
            .then(|| self.stripes[account % STRIPES].lock().unwrap()[account / STRIPES])
    }

    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        if from.max(to) >= self.accounts {
            return Err(TransferError::UnknownAccount);
        }
        let (a, b) = (from % STRIPES, to % STRIPES);
        let mut first = self.stripes[a.min(b)].lock().unwrap();
        let mut second = (a != b).then(|| self.stripes[a.max(b)].lock().unwrap());
        let mut change = |account: usize, f: &dyn Fn(u64) -> Option<u64>| {
            let stripe = if account % STRIPES == a.min(b) {
                &mut *first
            } else {
                second.as_mut().unwrap()
            };
            let balance = &mut stripe[account / STRIPES];
            f(*balance).map(|new| *balance = new)
        };
        change(from, &|balance| balance.checked_sub(amount))
            .ok_or(TransferError::InsufficientFunds)?;
        change(to, &|balance| balance.checked_add(amount)).expect("the sum of all balances fits");
        Ok(())
    }

    pub fn total(&self) -> u64 {
        let stripes: Vec<_> = self.stripes.iter().map(|s| s.lock().unwrap()).collect();
        stripes.iter().flat_map(|s| s.iter()).sum()
    }
}
