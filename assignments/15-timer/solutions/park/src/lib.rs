//! One atomic decides who was first: the thread whose time has come, or `cancel`. The thread parks, and its handle tells when it is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const WAITING: u8 = 0;
const CANCELLED: u8 = 1;
const RUNNING: u8 = 2;
const DONE: u8 = 3;

pub struct Timer {
    state: Arc<AtomicU8>,
    thread: JoinHandle<()>,
}

fn claim(state: &AtomicU8, new: u8) -> bool {
    state
        .compare_exchange(WAITING, new, Ordering::AcqRel, Ordering::Acquire)
        .is_ok()
}

/// Also after a panic.
struct Done(Arc<AtomicU8>);

impl Drop for Done {
    fn drop(&mut self) {
        self.0.store(DONE, Ordering::Release);
    }
}

impl Timer {
    pub fn start<F>(delay: Duration, f: F) -> Self
    where
        F: FnOnce() + Send + 'static,
    {
        let state = Arc::new(AtomicU8::new(WAITING));
        let shared = state.clone();
        let start = Instant::now();
        let thread = thread::spawn(move || {
            loop {
                if shared.load(Ordering::Acquire) == CANCELLED {
                    return;
                }
                match delay.checked_sub(start.elapsed()) {
                    None | Some(Duration::ZERO) => break,
                    Some(left) => thread::park_timeout(left),
                }
            }
            if claim(&shared, RUNNING) {
                let _done = Done(shared);
                f();
            }
        });
        Timer { state, thread }
    }

    pub fn cancel(&self) -> bool {
        let first = claim(&self.state, CANCELLED);
        if first {
            self.thread.thread().unpark();
        }
        first
    }

    pub fn is_finished(&self) -> bool {
        matches!(self.state.load(Ordering::Acquire), CANCELLED | DONE)
    }

    pub fn join(self) -> bool {
        // Its panic is not ours.
        let _ = self.thread.join();
        self.state.load(Ordering::Acquire) == DONE
    }
}
