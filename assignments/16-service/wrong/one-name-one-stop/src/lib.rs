//! Wrong: the stops are kept in a table by name, and names may repeat.

use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
mod flag {
    use super::*;
    #[derive(Default)]
    pub struct Flag {
        done: OnceLock<()>,
        lock: Mutex<()>,
        cv: Condvar,
    }
    impl Flag {
        pub fn raise(&self) {
            let guard = self.lock.lock().unwrap_or_else(|e| e.into_inner());
            let _ = self.done.set(());
            drop(guard);
            self.cv.notify_all();
        }
        pub fn raised(&self) -> bool {
            self.done.get().is_some()
        }
        pub fn wait(&self, timeout: Duration) -> bool {
            let begin = Instant::now();
            let mut g = self.lock.lock().unwrap_or_else(|e| e.into_inner());
            while !self.raised() {
                let Some(left) = timeout.checked_sub(begin.elapsed()).filter(|l| !l.is_zero()) else { return false };
                g = self.cv.wait_timeout(g, left).unwrap_or_else(|e| e.into_inner()).0;
            }
            true
        }
    }
}
use flag::Flag;
static STOPS: Mutex<std::collections::BTreeMap<String, std::sync::Weak<Flag>>> =
    Mutex::new(std::collections::BTreeMap::new());
pub struct Service {
    stop: Arc<Flag>,
    end: Arc<Flag>,
    name: String,
    supervisor: Option<JoinHandle<()>>,
}
pub struct StopToken {
    stop: Arc<Flag>,
}
impl Service {
    pub fn spawn<F>(name: &str, body: F) -> Self
    where
        F: FnOnce(&StopToken) + Send + 'static,
    {
        let mut stops = STOPS.lock().unwrap();
        let stop = match stops.get(name).and_then(|w| w.upgrade()) {
            Some(stop) if !stop.raised() => stop,
            _ => Arc::new(Flag::default()),
        };
        stops.insert(name.to_string(), Arc::downgrade(&stop));
        drop(stops);
        let end = Arc::new(Flag::default());
        let token = StopToken { stop: Arc::clone(&stop) };
        let inner = thread::Builder::new().name(name.to_string()).spawn(move || body(&token)).unwrap();
        let name = inner.thread().name().unwrap().to_string();
        let end2 = Arc::clone(&end);
        let supervisor = thread::spawn(move || {
            let _ = inner.join();
            end2.raise();
        });
        Service { stop, end, name, supervisor: Some(supervisor) }
    }
    pub fn name(&self) -> &str {
        &self.name
    }
    pub fn is_alive(&self) -> bool {
        !self.end.raised()
    }
    pub fn request_stop(&self) {
        self.stop.raise()
    }
    pub fn join_timeout(&self, timeout: Duration) -> bool {
        self.end.wait(timeout)
    }
}
impl StopToken {
    pub fn is_stopped(&self) -> bool {
        self.stop.raised()
    }
    pub fn wait(&self, timeout: Duration) -> bool {
        self.stop.wait(timeout)
    }
}
impl Drop for Service {
    fn drop(&mut self) {
        self.stop.raise();
        self.supervisor.take().unwrap().join().unwrap();
    }
}
