//! Wrong: the service is alive only once its thread has begun to run.

use std::sync::{Arc, Condvar, Mutex};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

#[derive(Default)]
struct Flag {
    up: Mutex<bool>,
    changed: Condvar,
}

impl Flag {
    fn raise(&self) {
        *self.up.lock().unwrap() = true;
        self.changed.notify_all();
    }

    fn is_up(&self) -> bool {
        *self.up.lock().unwrap()
    }

    fn wait(&self, timeout: Duration) -> bool {
        let deadline = Instant::now().checked_add(timeout);
        let mut up = self.up.lock().unwrap();
        while !*up {
            let left = match deadline {
                Some(deadline) => deadline.saturating_duration_since(Instant::now()),
                None => Duration::MAX,
            };
            if left.is_zero() {
                return false;
            }
            up = self.changed.wait_timeout(up, left).unwrap().0;
        }
        true
    }
}

pub struct Service {
    name: String,
    stop: Arc<Flag>,
    ended: Arc<Flag>,
    begun: Arc<Flag>,
    thread: Option<JoinHandle<()>>,
}

pub struct StopToken {
    stop: Arc<Flag>,
}

/// Raises its flag when the thread leaves the body, however it leaves.
struct AtTheEnd(Arc<Flag>);

impl Drop for AtTheEnd {
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
        let at_the_end = AtTheEnd(ended.clone());
        let begun = Arc::new(Flag::default());
        let beginning = begun.clone();
        let thread = Builder::new()
            .name(name.to_string())
            .spawn(move || {
                let _at_the_end = at_the_end;
                beginning.raise();
                body(&token);
            })
            .expect("the system starts a thread");
        Service {
            name: name.to_string(),
            stop,
            ended,
            begun,
            thread: Some(thread),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn is_alive(&self) -> bool {
        self.begun.is_up() && !self.ended.is_up()
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
        self.stop.is_up()
    }

    pub fn wait(&self, timeout: Duration) -> bool {
        self.stop.wait(timeout)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.request_stop();
        if let Some(thread) = self.thread.take() {
            // Its panic, if there was one, is not ours.
            let _ = thread.join();
        }
    }
}
