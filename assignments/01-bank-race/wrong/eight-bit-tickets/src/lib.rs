//! Bug: tickets are drawn from a u8 that wraps, and the number that is served does not.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Condvar, Mutex, RwLock};

pub struct Account {
    next_ticket: AtomicU8,
    serving: Mutex<u64>,
    turn: Condvar,
    balance: RwLock<u64>,
}

impl Account {
    pub fn new(balance: u64) -> Self {
        Account {
            next_ticket: AtomicU8::new(0),
            serving: Mutex::new(0),
            turn: Condvar::new(),
            balance: RwLock::new(balance),
        }
    }

    pub fn balance(&self) -> u64 {
        *self.balance.read().unwrap()
    }

    pub fn deposit(&self, amount: u64) {
        self.served(|| {
            // Only the one who is served writes, so the value cannot change between the two lines.
            let balance = self.balance();
            *self.balance.write().unwrap() = balance + amount;
        })
    }

    pub fn withdraw(&self, amount: u64) -> bool {
        self.served(|| {
            let Some(left) = self.balance().checked_sub(amount) else {
                return false;
            };
            *self.balance.write().unwrap() = left;
            true
        })
    }

    fn served<R>(&self, f: impl FnOnce() -> R) -> R {
        let ticket = self.next_ticket.fetch_add(1, Ordering::Relaxed);
        drop(self.turn.wait_while(self.serving.lock().unwrap(), |now| *now != u64::from(ticket)).unwrap());
        let result = f();
        *self.serving.lock().unwrap() += 1;
        self.turn.notify_all();
        result
    }
}
