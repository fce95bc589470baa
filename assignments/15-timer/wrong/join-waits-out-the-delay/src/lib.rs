//! Wrong: nothing wakes the thread of a cancelled timer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const WAITING: u8 = 0;
const CANCELLED: u8 = 1;
const RUNNING: u8 = 2;
const DONE: u8 = 3;

pub struct Timer {
    state: Arc<AtomicU8>,
    thread: JoinHandle<()>,
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
        Timer { state, thread }
    }

    pub fn cancel(&self) -> bool {
        self.state
            .compare_exchange(WAITING, CANCELLED, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok()
    }

    pub fn is_finished(&self) -> bool {
        matches!(self.state.load(Ordering::SeqCst), CANCELLED | DONE)
    }

    pub fn join(self) -> bool {
        let _ = self.thread.join();
        self.state.load(Ordering::SeqCst) == DONE
    }
}
