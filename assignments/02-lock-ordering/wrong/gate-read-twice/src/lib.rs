// transfer holds gate.read() and calls self.balance(), which takes gate.read() again: deadlock beside total
use std::sync::{Mutex, RwLock};
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    UnknownAccount,
    InsufficientFunds,
}
pub struct Bank {
    gate: RwLock<()>,
    a: Vec<Mutex<u64>>,
}
impl Bank {
    pub fn new(b: &[u64]) -> Self {
        Bank { gate: RwLock::new(()), a: b.iter().copied().map(Mutex::new).collect() }
    }
    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        let f = self.a.get(from).ok_or(TransferError::UnknownAccount)?;
        let t = self.a.get(to).ok_or(TransferError::UnknownAccount)?;
        let _open = self.gate.read().unwrap();
        if from == to {
            return if self.balance(from).unwrap() >= amount { Ok(()) } else { Err(TransferError::InsufficientFunds) };
        }
        {
            let mut g = f.lock().unwrap();
            if *g < amount {
                return Err(TransferError::InsufficientFunds);
            }
            *g -= amount;
        }
        *t.lock().unwrap() += amount;
        Ok(())
    }
    pub fn balance(&self, i: usize) -> Option<u64> {
        let _g = self.gate.read().unwrap();
        self.a.get(i).map(|m| *m.lock().unwrap())
    }
    pub fn total(&self) -> u64 {
        let _all = self.gate.write().unwrap();
        self.a.iter().map(|m| *m.lock().unwrap()).sum()
    }
}
