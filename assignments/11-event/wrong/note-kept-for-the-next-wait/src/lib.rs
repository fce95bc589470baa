//! Bug: the note of a set that came just when the time was over ends the next wait.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

struct Sleeper {
    woken: AtomicBool,
    thread: Thread,
}

thread_local! {
    static ME: Arc<Sleeper> = Arc::new(Sleeper { woken: AtomicBool::new(false), thread: thread::current() });
}

struct State {
    set: bool,
    sleepers: Vec<Arc<Sleeper>>,
}

pub struct Event {
    state: Mutex<State>,
}

impl Event {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Event { state: Mutex::new(State { set: false, sleepers: Vec::new() }) }
    }
    pub fn set(&self) {
        let mut state = self.state.lock().unwrap();
        state.set = true;
        for sleeper in state.sleepers.drain(..) {
            sleeper.woken.store(true, Ordering::Release);
            sleeper.thread.unpark();
        }
    }
    pub fn clear(&self) {
        self.state.lock().unwrap().set = false;
    }
    pub fn is_set(&self) -> bool {
        self.state.lock().unwrap().set
    }
    pub fn wait(&self) {
        self.sleep_until(None);
    }
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        self.sleep_until(Instant::now().checked_add(timeout))
    }
    fn sleep_until(&self, deadline: Option<Instant>) -> bool {
        let me = ME.with(Arc::clone);
        {
            let mut state = self.state.lock().unwrap();
            if state.set {
                return true;
            }
            state.sleepers.push(me.clone());
        }
        while !me.woken.swap(false, Ordering::Acquire) {
            match deadline {
                None => thread::park(),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        let mut state = self.state.lock().unwrap();
                        state.sleepers.retain(|s| !Arc::ptr_eq(s, &me));
                        return false;
                    }
                    thread::park_timeout(left);
                }
            }
        }
        true
    }
}
