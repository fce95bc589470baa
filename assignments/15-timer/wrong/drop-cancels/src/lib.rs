//! Wrong: dropping the timer cancels it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Cancelled,
    Running,
    Done,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

pub struct Timer {
    shared: Arc<Shared>,
}

impl Timer {
    pub fn start<F>(delay: Duration, f: F) -> Self
    where
        F: FnOnce() + Send + 'static,
    {
        let shared = Arc::new(Shared {
            state: Mutex::new(State::Waiting),
            changed: Condvar::new(),
        });
        let deadline = Instant::now().checked_add(delay);
        let timer = Timer {
            shared: shared.clone(),
        };
        thread::spawn(move || {
            if shared.claim(deadline) {
                let _ = catch_unwind(AssertUnwindSafe(f));
                *shared.state.lock().unwrap() = State::Done;
                shared.changed.notify_all();
            }
        });
        timer
    }

    pub fn cancel(&self) -> bool {
        let mut state = self.shared.state.lock().unwrap();
        if *state != State::Waiting {
            return false;
        }
        *state = State::Cancelled;
        self.shared.changed.notify_all();
        true
    }

    pub fn is_finished(&self) -> bool {
        matches!(*self.shared.state.lock().unwrap(), State::Cancelled | State::Done)
    }

    pub fn join(self) -> bool {
        let mut state = self.shared.state.lock().unwrap();
        while !matches!(*state, State::Cancelled | State::Done) {
            state = self.shared.changed.wait(state).unwrap();
        }
        *state == State::Done
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl Shared {
    /// Sleeps until the time has come. False: cancelled before.
    fn claim(&self, deadline: Option<Instant>) -> bool {
        let mut state = self.state.lock().unwrap();
        while *state == State::Waiting {
            let left = match deadline {
                Some(deadline) => deadline.saturating_duration_since(Instant::now()),
                None => Duration::MAX,
            };
            if left.is_zero() {
                *state = State::Running;
                return true;
            }
            state = self.changed.wait_timeout(state, left).unwrap().0;
        }
        false
    }
}
