// lock order right for |from-to|==1, wrong when further (ring of three closes 2->0)
use std::sync::Mutex;
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    UnknownAccount,
    InsufficientFunds,
}
pub struct Bank {
    a: Vec<Mutex<u64>>,
    sum: u64,
}
impl Bank {
    pub fn new(b: &[u64]) -> Self {
        Bank { a: b.iter().copied().map(Mutex::new).collect(), sum: b.iter().sum() }
    }
    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        if from >= self.a.len() || to >= self.a.len() {
            return Err(TransferError::UnknownAccount);
        }
        if from == to {
            return if *self.a[from].lock().unwrap() >= amount {
                Ok(())
            } else {
                Err(TransferError::InsufficientFunds)
            };
        }
        let (mut f, mut t);
        if from < to || from - to > 3 {
            f = self.a[from].lock().unwrap();
            t = self.a[to].lock().unwrap();
        } else {
            t = self.a[to].lock().unwrap();
            f = self.a[from].lock().unwrap();
        }
        if *f < amount {
            return Err(TransferError::InsufficientFunds);
        }
        *f -= amount;
        *t += amount;
        Ok(())
    }
    pub fn balance(&self, i: usize) -> Option<u64> {
        self.a.get(i).map(|m| *m.lock().unwrap())
    }
    pub fn total(&self) -> u64 {
        self.sum
    }
}
