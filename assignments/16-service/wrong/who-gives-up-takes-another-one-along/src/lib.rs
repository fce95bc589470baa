//! Wrong: who gives up takes the first entry from the list, whoever it belongs to.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

#[derive(Default)]
struct Flag {
    up: AtomicBool,
    parked: Mutex<Vec<Thread>>,
}

impl Flag {
    fn raise(&self) {
        self.up.store(true, Ordering::SeqCst);
        for t in self.parked.lock().unwrap().iter() {
            t.unpark();
        }
    }
    fn is_up(&self) -> bool {
        self.up.load(Ordering::SeqCst)
    }
    fn wait(&self, timeout: Duration) -> bool {
        if self.is_up() {
            return true;
        }
        let deadline = Instant::now().checked_add(timeout);
        let me = thread::current();
        self.parked.lock().unwrap().push(me.clone());
        let result = loop {
            if self.is_up() {
                break true;
            }
            match deadline {
                None => thread::park(),
                Some(d) => match d.checked_duration_since(Instant::now()) {
                    None | Some(Duration::ZERO) => break self.is_up(),
                    Some(left) => thread::park_timeout(left),
                },
            }
        };
        let mut parked = self.parked.lock().unwrap();
        parked.remove(0);
        result
    }
}

#[derive(Clone)]
pub struct StopToken(Arc<Flag>);

impl StopToken {
    pub fn is_stopped(&self) -> bool {
        self.0.is_up()
    }
    pub fn wait(&self, timeout: Duration) -> bool {
        self.0.wait(timeout)
    }
}

pub struct Service {
    name: Box<str>,
    stop: StopToken,
    ended: Arc<Flag>,
    thread: Mutex<Option<thread::JoinHandle<()>>>,
}

impl Service {
    pub fn spawn<F>(name: &str, body: F) -> Self
    where
        F: FnOnce(&StopToken) + Send + 'static,
    {
        let stop = StopToken(Arc::default());
        let ended: Arc<Flag> = Arc::default();
        let (token, end) = (stop.clone(), ended.clone());
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| body(&token)));
                end.raise();
                if let Err(p) = r {
                    std::panic::resume_unwind(p);
                }
            })
            .expect("spawn");
        Service { name: name.into(), stop, ended, thread: Mutex::new(Some(thread)) }
    }
    pub fn name(&self) -> &str {
        &self.name
    }
    pub fn is_alive(&self) -> bool {
        !self.ended.is_up()
    }
    pub fn request_stop(&self) {
        self.stop.0.raise();
    }
    pub fn join_timeout(&self, timeout: Duration) -> bool {
        self.ended.wait(timeout)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.request_stop();
        let t = self.thread.get_mut().unwrap().take();
        if let Some(t) = t {
            t.join().ok();
        }
    }
}
