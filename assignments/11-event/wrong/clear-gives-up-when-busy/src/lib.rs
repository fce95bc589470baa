use std::sync::{Condvar, Mutex};
use std::time::Duration;
pub struct Event {
    m: Mutex<bool>,
    cv: Condvar,
}
impl Event {
    pub fn new() -> Self {
        Event { m: Mutex::new(false), cv: Condvar::new() }
    }
    pub fn set(&self) {
        *self.m.lock().unwrap() = true;
        self.cv.notify_all();
    }
    pub fn clear(&self) {
        if let Ok(mut g) = self.m.try_lock() {
            *g = false;
        }
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
