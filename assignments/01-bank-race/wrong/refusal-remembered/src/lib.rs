use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// `too_much` is an amount that was refused since the last deposit, to say no faster the next time.
pub struct Account {
    balance: AtomicU64,
    too_much: AtomicU64,
}

impl Account {
    pub fn new(balance: u64) -> Self {
        Account {
            balance: AtomicU64::new(balance),
            too_much: AtomicU64::new(u64::MAX),
        }
    }

    pub fn balance(&self) -> u64 {
        self.balance.load(SeqCst)
    }

    pub fn deposit(&self, amount: u64) {
        // Forgets the refusal before the money is there: another refusal may come in between.
        self.too_much.store(u64::MAX, SeqCst);
        self.balance.fetch_add(amount, SeqCst);
    }

    pub fn withdraw(&self, amount: u64) -> bool {
        let too_much = self.too_much.load(SeqCst);
        if too_much != u64::MAX && amount >= too_much {
            return false;
        }
        let taken = self
            .balance
            .fetch_update(SeqCst, SeqCst, |b| b.checked_sub(amount))
            .is_ok();
        if !taken {
            self.too_much.store(amount, SeqCst);
        }
        taken
    }
}
