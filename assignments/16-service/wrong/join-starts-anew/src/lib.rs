//! Wrong: every change starts the timeout of `join_timeout` anew; the body's panic is caught in the thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

#[derive(Default)]
struct State {
    stopped: bool,
    ended: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn update(&self, f: impl FnOnce(&mut State)) {
        f(&mut self.state.lock().unwrap());
        self.changed.notify_all();
    }

    fn look(&self, f: impl FnOnce(&State) -> bool) -> bool {
        f(&self.state.lock().unwrap())
    }

    fn wait_until(&self, timeout: Duration, f: impl Fn(&State) -> bool) -> bool {
        let state = self.state.lock().unwrap();
        let (state, _) = self
            .changed
            .wait_timeout_while(state, timeout, |s| !f(s))
            .unwrap();
        f(&state)
    }
}

pub struct Service {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

pub struct StopToken {
    shared: Arc<Shared>,
}

impl Service {
    pub fn spawn<F>(name: &str, body: F) -> Self
    where
        F: FnOnce(&StopToken) + Send + 'static,
    {
        let shared = Arc::new(Shared::default());
        let token = StopToken {
            shared: shared.clone(),
        };
        let thread = thread::Builder::new().name(name.into()).spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(|| body(&token)));
            token.shared.update(|s| s.ended = true);
            drop(result);
        });
        Service {
            shared,
            thread: Some(thread.unwrap()),
        }
    }

    pub fn name(&self) -> &str {
        let thread = self.thread.as_ref().expect("it is there until the drop");
        thread.thread().name().expect("it was given a name")
    }

    pub fn is_alive(&self) -> bool {
        self.shared.look(|s| !s.ended)
    }

    pub fn request_stop(&self) {
        self.shared.update(|s| s.stopped = true);
    }

    pub fn join_timeout(&self, timeout: Duration) -> bool {
        let mut state = self.shared.state.lock().unwrap();
        while !state.ended {
            let (woken, result) = self.shared.changed.wait_timeout(state, timeout).unwrap();
            state = woken;
            if result.timed_out() {
                break;
            }
        }
        state.ended
    }
}

impl StopToken {
    pub fn is_stopped(&self) -> bool {
        self.shared.look(|s| s.stopped)
    }

    pub fn wait(&self, timeout: Duration) -> bool {
        self.shared.wait_until(timeout, |s| s.stopped)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.request_stop();
        self.thread.take().map(JoinHandle::join);
    }
}
