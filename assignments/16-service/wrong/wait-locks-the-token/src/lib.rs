//! Wrong: the receiver is locked while one thread waits; the others wait for the lock, however short their timeout is.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;
pub struct Service {
    name: String,
    stop: Mutex<Option<Sender<()>>>,
    end: Arc<(Mutex<bool>, Condvar)>,
    h: Option<thread::JoinHandle<()>>,
}
pub struct StopToken(Mutex<Receiver<()>>);
impl Service {
    pub fn spawn<F>(name: &str, body: F) -> Self
    where
        F: FnOnce(&StopToken) + Send + 'static,
    {
        let (tx, rx) = mpsc::channel();
        let end = Arc::new((Mutex::new(false), Condvar::new()));
        let e = end.clone();
        let h = thread::Builder::new()
            .name(name.to_string())
            .spawn(move || {
                let token = StopToken(Mutex::new(rx));
                let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| body(&token)));
                *e.0.lock().unwrap() = true;
                e.1.notify_all();
            })
            .unwrap();
        Service { name: name.to_string(), stop: Mutex::new(Some(tx)), end, h: Some(h) }
    }
    pub fn name(&self) -> &str {
        &self.name
    }
    pub fn is_alive(&self) -> bool {
        !*self.end.0.lock().unwrap()
    }
    pub fn request_stop(&self) {
        self.stop.lock().unwrap().take();
    }
    pub fn join_timeout(&self, timeout: Duration) -> bool {
        let g = self.end.0.lock().unwrap();
        *self.end.1.wait_timeout_while(g, timeout, |e| !*e).unwrap().0
    }
}
impl StopToken {
    pub fn is_stopped(&self) -> bool {
        self.0.lock().unwrap().try_recv() == Err(TryRecvError::Disconnected)
    }
    pub fn wait(&self, timeout: Duration) -> bool {
        self.0.lock().unwrap().recv_timeout(timeout) == Err(RecvTimeoutError::Disconnected)
    }
}
impl Drop for Service {
    fn drop(&mut self) {
        self.request_stop();
        let _ = self.h.take().unwrap().join();
    }
}
