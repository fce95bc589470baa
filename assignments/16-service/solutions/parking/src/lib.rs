//! Atomic flags and parked threads. The end of the thread is told by its handle; who waits for it looks every now and then.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

#[derive(Default)]
struct Stop {
    asked: AtomicBool,
    waiting: Mutex<Vec<Thread>>,
}

pub struct Service {
    name: String,
    stop: Arc<Stop>,
    thread: Option<JoinHandle<()>>,
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
        Service {
            name: name.to_owned(),
            stop,
            thread: thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || body(&token))
                .ok(),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn is_alive(&self) -> bool {
        self.thread.as_ref().is_some_and(|t| !t.is_finished())
    }

    pub fn request_stop(&self) {
        self.stop.asked.store(true, Ordering::Release);
        for thread in self.stop.waiting.lock().unwrap().iter() {
            thread.unpark();
        }
    }

    pub fn join_timeout(&self, timeout: Duration) -> bool {
        let deadline = Instant::now().checked_add(timeout);
        while self.is_alive() {
            let pause = Duration::from_millis(5);
            let left = deadline.map(|d| d.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                return false;
            }
            thread::sleep(left.unwrap_or(pause).min(pause));
        }
        true
    }
}

impl StopToken {
    pub fn is_stopped(&self) -> bool {
        self.stop.asked.load(Ordering::Acquire)
    }

    pub fn wait(&self, timeout: Duration) -> bool {
        let start = Instant::now();
        let me = thread::current();
        self.stop.waiting.lock().unwrap().push(me.clone());
        let mut stopped = self.is_stopped();
        while !stopped {
            let gone = start.elapsed();
            if gone >= timeout {
                break;
            }
            thread::park_timeout(timeout - gone);
            stopped = self.is_stopped();
        }
        let mut waiting = self.stop.waiting.lock().unwrap();
        let place = waiting.iter().position(|t| t.id() == me.id());
        place.map(|place| waiting.swap_remove(place));
        stopped
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.request_stop();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}
