// escrow: self transfer reads balance while a debit of another self... checks funds from a stale copy
use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering::*},
};
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    UnknownAccount,
    InsufficientFunds,
}
pub struct Bank {
    a: Vec<Mutex<u64>>,
    seen: Vec<AtomicU64>,
    sum: u64,
}
impl Bank {
    pub fn new(b: &[u64]) -> Self {
        Bank {
            a: b.iter().copied().map(Mutex::new).collect(),
            seen: b.iter().map(|&x| AtomicU64::new(x)).collect(),
            sum: b.iter().sum(),
        }
    }
    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        if from >= self.a.len() || to >= self.a.len() {
            return Err(TransferError::UnknownAccount);
        }
        if self.seen[from].load(SeqCst) < amount {
            return Err(TransferError::InsufficientFunds);
        }
        if from == to {
            return Ok(());
        }
        let lo = self.a[from.min(to)].lock().unwrap();
        let hi = self.a[from.max(to)].lock().unwrap();
        let (mut f, mut t) = if from < to { (lo, hi) } else { (hi, lo) };
        if *f < amount {
            return Err(TransferError::InsufficientFunds);
        }
        *f -= amount;
        *t += amount;
        let (nf, nt) = (*f, *t);
        drop(f);
        drop(t);
        self.seen[from].store(nf, SeqCst);
        self.seen[to].store(nt, SeqCst);
        Ok(())
    }
    pub fn balance(&self, i: usize) -> Option<u64> {
        self.a.get(i).map(|m| *m.lock().unwrap())
    }
    pub fn total(&self) -> u64 {
        self.sum
    }
}
