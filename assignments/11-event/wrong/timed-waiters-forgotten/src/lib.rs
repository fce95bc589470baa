//! Everyone who waits brings a channel of its own; `set` sends a message into each.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

pub struct Event {
    state: Mutex<State>,
}

struct State {
    set: bool,
    waiting: Vec<Sender<()>>,
}

impl Event {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Event {
            state: Mutex::new(State {
                set: false,
                waiting: Vec::new(),
            }),
        }
    }

    pub fn set(&self) {
        let mut state = self.state.lock().unwrap();
        state.set = true;
        for sender in state.waiting.drain(..) {
            // Nobody may be there any more: its time was up.
            let _ = sender.send(());
        }
    }

    pub fn clear(&self) {
        self.state.lock().unwrap().set = false;
    }

    pub fn is_set(&self) -> bool {
        self.state.lock().unwrap().set
    }

    pub fn wait(&self) {
        if let Some(message) = self.register() {
            message.recv().expect("the sender stays until it has sent");
        }
    }

    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        match self.register() {
            None => true,
            Some(_) => {
                let step = Duration::from_secs(1_000_000).min(timeout);
                std::thread::sleep(step);
                self.is_set()
            }
        }
    }

    /// `None`: it is set already.
    fn register(&self) -> Option<Receiver<()>> {
        let mut state = self.state.lock().unwrap();
        if state.set {
            return None;
        }
        let (sender, receiver) = channel();
        state.waiting.push(sender);
        Some(receiver)
    }
}
