//! Channels that are never sent anything: that the other end is gone is the message. Everyone who waits has a channel of
//! its own; to stop is to throw the senders away.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// `None`: it has happened.
#[derive(Clone)]
struct Moment(Arc<Mutex<Option<Vec<Sender<()>>>>>);

impl Moment {
    fn new() -> Self {
        Moment(Arc::new(Mutex::new(Some(Vec::new()))))
    }

    fn happen(&self) {
        *self.0.lock().unwrap() = None;
    }

    fn has_happened(&self) -> bool {
        self.0.lock().unwrap().is_none()
    }

    fn wait(&self, timeout: Duration) -> bool {
        let hung_up: Receiver<()> = {
            let mut senders = self.0.lock().unwrap();
            let Some(senders) = &mut *senders else {
                return true;
            };
            let (sender, receiver) = channel();
            senders.push(sender);
            receiver
        };
        hung_up.recv_timeout(timeout) == Err(RecvTimeoutError::Disconnected)
    }
}

pub struct Service {
    name: String,
    stop: Moment,
    end: Moment,
    thread: Mutex<Option<JoinHandle<()>>>,
}

pub struct StopToken {
    stop: Moment,
}

impl Service {
    pub fn spawn<F>(name: &str, body: F) -> Self
    where
        F: FnOnce(&StopToken) + Send + 'static,
    {
        struct End(Moment);
        impl Drop for End {
            fn drop(&mut self) {
                self.0.happen();
            }
        }
        let (stop, end) = (Moment::new(), Moment::new());
        let token = StopToken { stop: stop.clone() };
        let guard = End(end.clone());
        let run = move || {
            let _guard = guard;
            body(&token)
        };
        let thread = thread::Builder::new().name(name.into()).spawn(run);
        Service {
            name: name.into(),
            stop,
            end,
            thread: Mutex::new(Some(thread.expect("a thread"))),
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn is_alive(&self) -> bool {
        !self.end.has_happened()
    }

    pub fn request_stop(&self) {
        self.stop.happen();
    }

    pub fn join_timeout(&self, timeout: Duration) -> bool {
        self.end.wait(timeout)
    }
}

impl StopToken {
    pub fn is_stopped(&self) -> bool {
        self.stop.has_happened()
    }

    pub fn wait(&self, timeout: Duration) -> bool {
        self.stop.wait(timeout)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.request_stop();
        let thread = self.thread.get_mut().unwrap().take();
        let _ = thread.map(|thread| thread.join());
    }
}
