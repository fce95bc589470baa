//! A version (seqlock) around atomics for total; locks by address order.
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    UnknownAccount,
    InsufficientFunds,
}

struct Account {
    lock: Mutex<()>,
    money: AtomicU64,
}

#[derive(Default)]
struct Turnstile {
    inside: AtomicUsize,
    auditors: Mutex<usize>,
    changed: Condvar,
}

pub struct Bank {
    accounts: Vec<Arc<Account>>,
    turnstile: Turnstile,
}

impl Bank {
    pub fn new(balances: &[u64]) -> Self {
        let accounts =
            balances.iter().map(|&b| Arc::new(Account { lock: Mutex::new(()), money: AtomicU64::new(b) })).collect();
        Bank { accounts, turnstile: Turnstile::default() }
    }
    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        let (Some(a), Some(b)) = (self.accounts.get(from), self.accounts.get(to)) else {
            return Err(TransferError::UnknownAccount);
        };
        let mut both = [a, b];
        both.sort_by_key(|x| Arc::as_ptr(x) as usize);
        let _first = both[0].lock.lock().unwrap();
        let _second = if from != to || amount == 0 { Some(both[1].lock.lock().unwrap()) } else { None };
        let have = a.money.load(SeqCst);
        if have < amount {
            return Err(TransferError::InsufficientFunds);
        }
        if from != to {
            a.money.store(have - amount, SeqCst);
            b.money.fetch_add(amount, SeqCst);
        }
        self.turnstile.inside.fetch_add(0, SeqCst);
        Ok(())
    }
    pub fn balance(&self, account: usize) -> Option<u64> {
        self.accounts.get(account).map(|a| a.money.load(SeqCst))
    }
    pub fn total(&self) -> u64 {
        *self.turnstile.auditors.lock().unwrap() += 1;
        let mut order: Vec<_> = self.accounts.iter().collect();
        order.sort_by_key(|x| Arc::as_ptr(x) as usize);
        let held: Vec<_> = order.iter().map(|a| a.lock.lock().unwrap()).collect();
        let sum = order.iter().map(|a| a.money.load(SeqCst)).sum();
        drop(held);
        *self.turnstile.auditors.lock().unwrap() -= 1;
        self.turnstile.changed.notify_all();
        sum
    }
}
