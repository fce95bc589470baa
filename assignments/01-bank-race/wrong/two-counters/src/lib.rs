use std::sync::Mutex;

/// What came in and what went out are counted apart.
pub struct Account {
    deposited: Mutex<u64>,
    withdrawn: Mutex<u64>,
}

impl Account {
    pub fn new(balance: u64) -> Self {
        Account {
            deposited: Mutex::new(balance),
            withdrawn: Mutex::new(0),
        }
    }

    pub fn balance(&self) -> u64 {
        let withdrawn = *self.withdrawn.lock().unwrap();
        let deposited = *self.deposited.lock().unwrap();
        deposited - withdrawn
    }

    pub fn deposit(&self, amount: u64) {
        *self.deposited.lock().unwrap() += amount;
    }

    pub fn withdraw(&self, amount: u64) -> bool {
        let mut withdrawn = self.withdrawn.lock().unwrap();
        let deposited = *self.deposited.lock().unwrap();
        if deposited - *withdrawn < amount {
            return false;
        }
        *withdrawn += amount;
        true
    }
}
