use std::sync::{Arc, Condvar, Mutex, RwLock};
use std::time::Duration;
#[derive(Default)]
struct Latch {
    open: Mutex<bool>,
    cv: Condvar,
}
pub struct Event {
    now: RwLock<Arc<Latch>>,
}
impl Event {
    pub fn new() -> Self {
        Event { now: RwLock::new(Arc::default()) }
    }
    fn latch(&self) -> Arc<Latch> {
        self.now.read().unwrap().clone()
    }
    pub fn set(&self) {
        let l = self.latch();
        *l.open.lock().unwrap() = true;
        l.cv.notify_all();
    }
    pub fn clear(&self) {
        *self.now.write().unwrap() = Arc::default();
    }
    pub fn is_set(&self) -> bool {
        *self.latch().open.lock().unwrap()
    }
    pub fn wait(&self) {
        let l = self.latch();
        let g = l.open.lock().unwrap();
        drop(l.cv.wait_while(g, |o| !*o).unwrap());
    }
    pub fn wait_timeout(&self, t: Duration) -> bool {
        let l = self.latch();
        let g = l.open.lock().unwrap();
        let r = *l.cv.wait_timeout_while(g, t, |o| !*o).unwrap().0;
        r
    }
}
