// thread-local cache of last seen balance used for quick refusal
use std::cell::Cell;
use std::sync::Mutex;
thread_local!(static LAST: Cell<u64> = const { Cell::new(u64::MAX) });
pub struct Account(Mutex<u64>);
impl Account {
    pub fn new(b: u64) -> Self {
        LAST.set(u64::MAX);
        Account(Mutex::new(b))
    }
    pub fn balance(&self) -> u64 {
        let b = *self.0.lock().unwrap();
        LAST.set(b);
        b
    }
    pub fn deposit(&self, a: u64) {
        let mut g = self.0.lock().unwrap();
        *g += a;
        LAST.set(*g);
    }
    pub fn withdraw(&self, a: u64) -> bool {
        if LAST.get() < a {
            return false;
        }
        let mut g = self.0.lock().unwrap();
        let ok = *g >= a;
        if ok {
            *g -= a;
        }
        LAST.set(*g);
        ok
    }
}
