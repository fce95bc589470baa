//! Wrong: `join_timeout` takes the handle out; whoever comes second finds none and says "ended".

use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

#[derive(Default)]
struct Stop {
    asked: Mutex<bool>,
    changed: Condvar,
}

pub struct Service {
    name: String,
    stop: Arc<Stop>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

pub struct StopToken {
    stop: Arc<Stop>,
}

impl Service {
    pub fn spawn<F>(name: &str, body: F) -> Self
    where
        F: FnOnce(&StopToken) + Send + 'static,
    {
        let stop = Arc::new(Stop::default());
        let token = StopToken { stop: stop.clone() };
        let thread = thread::Builder::new()
            .name(name.into())
            .spawn(move || body(&token))
            .unwrap();
        Service {
            name: name.into(),
            stop,
            thread: Mutex::new(Some(thread)),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn is_alive(&self) -> bool {
        let thread = self.thread.lock().unwrap();
        thread.as_ref().is_some_and(|t| !t.is_finished())
    }

    pub fn request_stop(&self) {
        *self.stop.asked.lock().unwrap() = true;
        self.stop.changed.notify_all();
    }

    pub fn join_timeout(&self, timeout: Duration) -> bool {
        let Some(thread) = self.thread.lock().unwrap().take() else {
            return true;
        };
        let deadline = Instant::now().checked_add(timeout);
        while !thread.is_finished() {
            let now = Instant::now();
            if deadline.is_some_and(|d| now >= d) {
                *self.thread.lock().unwrap() = Some(thread);
                return false;
            }
            let pause = Duration::from_millis(5);
            thread::sleep(deadline.map_or(pause, |d| pause.min(d - now)));
        }
        let _ = thread.join();
        true
    }
}

impl StopToken {
    pub fn is_stopped(&self) -> bool {
        *self.stop.asked.lock().unwrap()
    }

    pub fn wait(&self, timeout: Duration) -> bool {
        let asked = self.stop.asked.lock().unwrap();
        *self
            .stop
            .changed
            .wait_timeout_while(asked, timeout, |asked| !*asked)
            .unwrap()
            .0
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.request_stop();
        if let Some(thread) = self.thread.lock().unwrap().take() {
            let _ = thread.join();
        }
    }
}
