use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};
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
        *self.m.lock().unwrap() = false;
    }
    pub fn is_set(&self) -> bool {
        *self.m.lock().unwrap()
    }
    pub fn wait(&self) {
        drop(self.cv.wait_while(self.m.lock().unwrap(), |s| !*s).unwrap());
    }
    pub fn wait_timeout(&self, t: Duration) -> bool {
        let start = Instant::now();
        let mut g = self.m.lock().unwrap();
        while !*g {
            let (h, r) = self.cv.wait_timeout(g, t - start.elapsed()).unwrap();
            g = h;
            if r.timed_out() {
                break;
            }
        }
        *g
    }
}
