//! Assignment 16: a service, a background thread that stops when asked.
//!
//! This version compiles, but nobody can ask it to stop, and nobody waits for its end.

use std::thread::JoinHandle;
use std::time::Duration;

pub struct Service {
    name: String,
    thread: Option<JoinHandle<()>>,
}

/// What the body asks whether it shall stop.
pub struct StopToken {
    // TODO: what do the service and the token share?
}

impl Service {
    /// Starts a thread called `name` that runs `body`.
    pub fn spawn<F>(name: &str, body: F) -> Self
    where
        F: FnOnce(&StopToken) + Send + 'static,
    {
        // TODO: the thread has no name yet.
        let thread = std::thread::spawn(move || body(&StopToken {}));
        Service {
            name: name.to_string(),
            thread: Some(thread),
        }
    }

    /// The name that `spawn` was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Is the thread still running?
    pub fn is_alive(&self) -> bool {
        self.thread.as_ref().is_some_and(|t| !t.is_finished())
    }

    /// Asks the body to stop. Does not wait.
    pub fn request_stop(&self) {
        // TODO
    }

    /// Waits for the end, at most for `timeout`. True: it has ended.
    pub fn join_timeout(&self, timeout: Duration) -> bool {
        // TODO: wait.
        let _ = timeout;
        !self.is_alive()
    }
}

impl StopToken {
    /// Was the service asked to stop?
    pub fn is_stopped(&self) -> bool {
        // TODO
        false
    }

    /// Waits until the service is asked to stop, at most for `timeout`. True: it was asked.
    pub fn wait(&self, timeout: Duration) -> bool {
        // TODO: wait until somebody asks.
        std::thread::sleep(timeout);
        false
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // TODO: ask it to stop, and wait for its end.
        self.thread.take();
    }
}
