//! Wrong: join_timeout takes the handle and loses it when its time is over; drop has nothing to join.

use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;
#[derive(Default)]
struct F2 {
    m: Mutex<bool>,
    c: Condvar,
}
impl F2 {
    fn set(&self) {
        *self.m.lock().unwrap() = true;
        self.c.notify_all()
    }
    fn wait(&self, d: Duration) -> bool {
        *self.c.wait_timeout_while(self.m.lock().unwrap(), d, |b| !*b).unwrap().0
    }
    fn get(&self) -> bool {
        *self.m.lock().unwrap()
    }
}
pub struct Service {
    name: String,
    stop: Arc<F2>,
    end: Arc<F2>,
    h: Mutex<Option<JoinHandle<()>>>,
}
pub struct StopToken(Arc<F2>);
struct D(Arc<F2>);
impl Drop for D {
    fn drop(&mut self) {
        self.0.set()
    }
}
impl Service {
    pub fn spawn<F>(name: &str, body: F) -> Self
    where
        F: FnOnce(&StopToken) + Send + 'static,
    {
        let (stop, end) = (Arc::<F2>::default(), Arc::<F2>::default());
        let (t, d) = (StopToken(stop.clone()), D(end.clone()));
        let h = thread::Builder::new()
            .name(name.into())
            .spawn(move || {
                let _d = d;
                body(&t)
            })
            .unwrap();
        Service { name: name.into(), stop, end, h: Mutex::new(Some(h)) }
    }
    pub fn name(&self) -> &str {
        &self.name
    }
    pub fn is_alive(&self) -> bool {
        !self.end.get()
    }
    pub fn request_stop(&self) {
        self.stop.set()
    }
    pub fn join_timeout(&self, timeout: Duration) -> bool {
        let handle = self.h.lock().unwrap().take();
        if !self.end.wait(timeout) {
            return false;
        }
        if let Some(h) = handle {
            let _ = h.join();
        }
        true
    }
}
impl StopToken {
    pub fn is_stopped(&self) -> bool {
        self.0.get()
    }
    pub fn wait(&self, timeout: Duration) -> bool {
        self.0.wait(timeout)
    }
}
impl Drop for Service {
    fn drop(&mut self) {
        self.stop.set();
        if let Some(h) = self.h.lock().unwrap().take() {
            let _ = h.join();
        }
    }
}
