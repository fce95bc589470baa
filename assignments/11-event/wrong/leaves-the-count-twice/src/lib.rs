// a timed-out wait takes itself off twice
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};
struct S {
    set: bool,
    sleepers: isize,
}
pub struct Event {
    m: Mutex<S>,
    cv: Condvar,
}
impl Event {
    pub fn new() -> Self {
        Event { m: Mutex::new(S { set: false, sleepers: 0 }), cv: Condvar::new() }
    }
    pub fn set(&self) {
        let mut g = self.m.lock().unwrap();
        g.set = true;
        if g.sleepers > 0 {
            self.cv.notify_all();
        }
    }
    pub fn clear(&self) {
        self.m.lock().unwrap().set = false;
    }
    pub fn is_set(&self) -> bool {
        self.m.lock().unwrap().set
    }
    pub fn wait(&self) {
        let mut g = self.m.lock().unwrap();
        g.sleepers += 1;
        while !g.set {
            g = self.cv.wait(g).unwrap();
        }
        g.sleepers -= 1;
    }
    pub fn wait_timeout(&self, t: Duration) -> bool {
        let start = Instant::now();
        let mut g = self.m.lock().unwrap();
        g.sleepers += 1;
        while !g.set {
            let left = t.saturating_sub(start.elapsed());
            if left.is_zero() {
                g.sleepers -= 1;
                break;
            }
            g = self.cv.wait_timeout(g, left).unwrap().0;
        }
        g.sleepers -= 1;
        g.set
    }
}
