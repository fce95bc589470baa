//! Bug: no wait lasts longer than 2^20 seconds.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
#[derive(Default)]
struct Flag {
    up: Mutex<bool>,
    c: Condvar,
}
impl Flag {
    fn up(&self) -> MutexGuard<'_, bool> {
        self.up.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn is(&self) -> bool {
        *self.up()
    }
    fn raise(&self) {
        *self.up() = true;
        self.c.notify_all();
    }
    fn wait(&self, timeout: Duration) -> bool {
        let start = Instant::now();
        let timeout = timeout.min(Duration::from_secs(1 << 20));
        let mut up = self.up();
        while !*up {
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return false;
            }
            up = self.c.wait_timeout(up, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}
pub struct Service {
    name: String,
    stop: Arc<Flag>,
    ended: Arc<Flag>,
    thread: Option<JoinHandle<()>>,
}
pub struct StopToken {
    stop: Arc<Flag>,
}
struct End(Arc<Flag>);
impl Drop for End {
    fn drop(&mut self) {
        self.0.raise();
    }
}
impl Service {
    pub fn spawn<F>(name: &str, body: F) -> Self
    where
        F: FnOnce(&StopToken) + Send + 'static,
    {
        let stop = Arc::new(Flag::default());
        let ended = Arc::new(Flag::default());
        let token = StopToken { stop: stop.clone() };
        let end = End(ended.clone());
        let thread = thread::Builder::new()
            .name(name.to_string())
            .spawn(move || {
                let _end = end;
                body(&token);
            })
            .unwrap();
        Service { name: name.to_string(), stop, ended, thread: Some(thread) }
    }
    pub fn name(&self) -> &str {
        &self.name
    }
    pub fn is_alive(&self) -> bool {
        !self.ended.is()
    }
    pub fn request_stop(&self) {
        self.stop.raise();
    }
    pub fn join_timeout(&self, timeout: Duration) -> bool {
        self.ended.wait(timeout)
    }
}
impl StopToken {
    pub fn is_stopped(&self) -> bool {
        self.stop.is()
    }
    pub fn wait(&self, timeout: Duration) -> bool {
        self.stop.wait(timeout)
    }
}
impl Drop for Service {
    fn drop(&mut self) {
        self.request_stop();
        if let Some(t) = self.thread.take() {
            let _ = t.join();
        }
    }
}
