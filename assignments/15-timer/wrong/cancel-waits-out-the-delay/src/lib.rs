//! Wrong: `cancel` waits for the thread, which sleeps.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const WAITING: u8 = 0;
const CANCELLED: u8 = 1;
const RUNNING: u8 = 2;
const DONE: u8 = 3;

pub struct Timer {
    state: Arc<AtomicU8>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Done(Arc<AtomicU8>);

impl Drop for Done {
    fn drop(&mut self) {
        self.0.store(DONE, Ordering::SeqCst);
    }
}

impl Timer {
    pub fn start<F>(delay: Duration, f: F) -> Self
    where
        F: FnOnce() + Send + 'static,
    {
        let state = Arc::new(AtomicU8::new(WAITING));
        let shared = state.clone();
        let thread = thread::spawn(move || {
            thread::sleep(delay);
            let begun = shared.compare_exchange(WAITING, RUNNING, Ordering::SeqCst, Ordering::SeqCst);
            if begun.is_ok() {
                let _done = Done(shared);
                f();
            }
        });
        Timer {
            state,
            thread: Mutex::new(Some(thread)),
        }
    }

    pub fn cancel(&self) -> bool {
        let first = self
            .state
            .compare_exchange(WAITING, CANCELLED, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok();
        if first && let Some(thread) = self.thread.lock().unwrap().take() {
            let _ = thread.join();
        }
        first
    }

    pub fn is_finished(&self) -> bool {
        matches!(self.state.load(Ordering::SeqCst), CANCELLED | DONE)
    }

    pub fn join(self) -> bool {
        if let Some(thread) = self.thread.lock().unwrap().take() {
            let _ = thread.join();
        }
        self.state.load(Ordering::SeqCst) == DONE
    }
}
