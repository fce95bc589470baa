// clear and set race: set sees "already set" outside the lock and does not store
use std::sync::{
    Condvar, Mutex,
    atomic::{AtomicBool, Ordering::*},
};
use std::time::Duration;
pub struct Event {
    fast: AtomicBool,
    m: Mutex<bool>,
    cv: Condvar,
}
impl Event {
    pub fn new() -> Self {
        Event { fast: AtomicBool::new(false), m: Mutex::new(false), cv: Condvar::new() }
    }
    pub fn set(&self) {
        if self.fast.load(SeqCst) {
            return;
        }
        *self.m.lock().unwrap() = true;
        self.fast.store(true, SeqCst);
        self.cv.notify_all();
    }
    pub fn clear(&self) {
        *self.m.lock().unwrap() = false;
        self.fast.store(false, SeqCst);
    }
    pub fn is_set(&self) -> bool {
        *self.m.lock().unwrap()
    }
    pub fn wait(&self) {
        drop(self.cv.wait_while(self.m.lock().unwrap(), |s| !*s).unwrap());
    }
    pub fn wait_timeout(&self, t: Duration) -> bool {
        *self.cv.wait_timeout_while(self.m.lock().unwrap(), t, |s| !*s).unwrap().0
    }
}
