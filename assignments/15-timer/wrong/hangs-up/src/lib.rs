//! Wrong: a timer that is dropped is taken for cancelled. The thread sleeps at a channel; a message means "cancelled". `f` lies in a slot: who takes it out decides.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

type Job = Box<dyn FnOnce() + Send>;

struct Shared {
    job: Mutex<Option<Job>>,
    /// Whether `f` ran.
    result: OnceLock<bool>,
}

pub struct Timer {
    shared: Arc<Shared>,
    wake: Sender<()>,
    thread: JoinHandle<()>,
}

impl Timer {
    pub fn start<F>(delay: Duration, f: F) -> Self
    where
        F: FnOnce() + Send + 'static,
    {
        let shared = Arc::new(Shared {
            job: Mutex::new(Some(Box::new(f))),
            result: OnceLock::new(),
        });
        let (wake, woken) = channel();
        let mine = shared.clone();
        let thread = thread::spawn(move || {
            match woken.recv_timeout(delay) {
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {}
            }
            let job = mine.job.lock().unwrap().take();
            if let Some(job) = job {
                let _ = catch_unwind(AssertUnwindSafe(job));
                let _ = mine.result.set(true);
            }
        });
        Timer {
            shared,
            wake,
            thread,
        }
    }

    pub fn cancel(&self) -> bool {
        let job = self.shared.job.lock().unwrap().take();
        let mine = job.is_some();
        if mine {
            let _ = self.shared.result.set(false);
            let _ = self.wake.send(());
        }
        mine
    }

    pub fn is_finished(&self) -> bool {
        self.shared.result.get().is_some()
    }

    pub fn join(self) -> bool {
        self.thread.join().expect("panics of `f` are caught");
        self.shared.result.get() == Some(&true)
    }
}
