// two u32 atomics, carry not atomic
use std::sync::{
    Mutex,
    atomic::{AtomicU32, Ordering::*},
};
pub struct Account {
    lo: AtomicU32,
    hi: AtomicU32,
    m: Mutex<()>,
}
impl Account {
    pub fn new(b: u64) -> Self {
        Account { lo: AtomicU32::new(b as u32), hi: AtomicU32::new((b >> 32) as u32), m: Mutex::new(()) }
    }
    fn get(&self) -> u64 {
        (self.hi.load(SeqCst) as u64) << 32 | self.lo.load(SeqCst) as u64
    }
    fn put(&self, v: u64) {
        self.hi.store((v >> 32) as u32, SeqCst);
        self.lo.store(v as u32, SeqCst);
    }
    pub fn balance(&self) -> u64 {
        self.get()
    }
    pub fn deposit(&self, a: u64) {
        let _g = self.m.lock().unwrap();
        self.put(self.get() + a);
    }
    pub fn withdraw(&self, a: u64) -> bool {
        let _g = self.m.lock().unwrap();
        let b = self.get();
        if b < a {
            return false;
        }
        self.put(b - a);
        true
    }
}
