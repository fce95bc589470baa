//! Locks are ordered by the account's number modulo 16, so the order of 1 and 17 is left open.

use std::sync::mpsc;
use std::sync::{Mutex, MutexGuard};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferError {
    UnknownAccount,
    InsufficientFunds,
}
use TransferError::*;

pub struct Bank {
    accounts: Vec<Mutex<u64>>,
}
impl Bank {
    pub fn new(balances: &[u64]) -> Self {
        Bank { accounts: balances.iter().map(|b| Mutex::new(*b)).collect() }
    }
    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Result<(), TransferError> {
        let a = self.accounts.get(from).ok_or(UnknownAccount)?;
        let b = self.accounts.get(to).ok_or(UnknownAccount)?;
        if from == to {
            return if *a.lock().unwrap() >= amount { Ok(()) } else { Err(InsufficientFunds) };
        }
        let swap = from % 16 > to % 16;
        let (first, second) = if !swap { (a, b) } else { (b, a) };
        let mut x = first.lock().unwrap();
        let mut y = second.lock().unwrap();
        let (f, t) = if !swap { (&mut *x, &mut *y) } else { (&mut *y, &mut *x) };
        *f = f.checked_sub(amount).ok_or(InsufficientFunds)?;
        *t += amount;
        Ok(())
    }
    pub fn balance(&self, account: usize) -> Option<u64> {
        self.accounts.get(account).map(|a| *a.lock().unwrap())
    }
    pub fn total(&self) -> u64 {
        let all: Vec<MutexGuard<'_, u64>> = self.accounts.iter().map(|a| a.lock().unwrap()).collect();
        all.iter().map(|g| **g).sum()
    }
}
