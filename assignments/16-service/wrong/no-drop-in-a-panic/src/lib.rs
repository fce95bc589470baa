//! Wrong: a service that a panic drops is left alone.

use std::collections::BTreeMap;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
#[derive(Clone)]
struct Latch(Arc<Mutex<Option<(u64, BTreeMap<u64, Sender<()>>)>>>); // None: open
impl Latch {
    fn new() -> Self {
        Latch(Arc::new(Mutex::new(Some((0, BTreeMap::new())))))
    }
    fn open(&self) {
        let all = self.0.lock().unwrap().take();
        drop(all);
    }
    fn is_open(&self) -> bool {
        self.0.lock().unwrap().is_none()
    }
    fn wait(&self, d: Duration) -> bool {
        let (id, rx) = {
            let mut g = self.0.lock().unwrap();
            let Some((next, map)) = g.as_mut() else { return true };
            let (tx, rx) = mpsc::channel();
            let id = *next;
            *next += 1;
            map.insert(id, tx);
            (id, rx)
        };
        match rx.recv_timeout(d) {
            Err(RecvTimeoutError::Disconnected) => true,
            Ok(()) => unreachable!(),
            Err(RecvTimeoutError::Timeout) => match self.0.lock().unwrap().as_mut() {
                None => true,
                Some((_, map)) => {
                    map.remove(&id);
                    false
                }
            },
        }
    }
}
pub struct Service {
    name: String,
    stop: Latch,
    end: Latch,
    handle: Mutex<Option<thread::JoinHandle<()>>>,
}
pub struct StopToken {
    stop: Latch,
}
impl Service {
    pub fn spawn<F>(name: &str, body: F) -> Self
    where
        F: FnOnce(&StopToken) + Send + 'static,
    {
        let stop = Latch::new();
        let end = Latch::new();
        struct Opens(Latch);
        impl Drop for Opens {
            fn drop(&mut self) {
                self.0.open()
            }
        }
        let opens = Opens(end.clone());
        let token = StopToken { stop: stop.clone() };
        let handle = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let opens = opens;
                body(&token);
                drop(opens);
            })
            .unwrap();
        Self { name: name.to_owned(), stop, end, handle: Mutex::new(Some(handle)) }
    }
    pub fn name(&self) -> &str {
        self.name.as_str()
    }
    pub fn is_alive(&self) -> bool {
        !self.end.is_open()
    }
    pub fn request_stop(&self) {
        self.stop.open()
    }
    pub fn join_timeout(&self, timeout: Duration) -> bool {
        self.end.wait(timeout)
    }
}
impl StopToken {
    pub fn is_stopped(&self) -> bool {
        self.stop.is_open()
    }
    pub fn wait(&self, timeout: Duration) -> bool {
        self.stop.wait(timeout)
    }
}
impl Drop for Service {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        self.stop.open();
        let h = self.handle.lock().unwrap().take();
        if let Some(h) = h {
            h.join().ok();
        }
    }
}
