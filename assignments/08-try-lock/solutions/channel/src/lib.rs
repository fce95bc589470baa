//! Everyone who waits brings a channel, and the value is handed over through it: the next user is chosen by whoever is done.

use std::collections::VecDeque;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub struct Resource<T> {
    state: Mutex<State<T>>,
}

struct State<T> {
    /// None: somebody uses it, or it is on its way to somebody who waited.
    value: Option<T>,
    waiting: VecDeque<Sender<T>>,
}

struct Held<'a, T> {
    resource: &'a Resource<T>,
    value: Option<T>,
}

impl<T> Drop for Held<'_, T> {
    fn drop(&mut self) {
        let Some(value) = self.value.take() else { return };
        let mut state = self.resource.state();
        match state.waiting.pop_front() {
            Some(next) => next
                .send(value)
                .unwrap_or_else(|_| unreachable!("it waits until it has the value")),
            None => state.value = Some(value),
        }
    }
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self {
            state: Mutex::new(State {
                value: Some(value),
                waiting: VecDeque::new(),
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run<R>(&self, value: T, f: impl FnOnce(&mut T) -> R) -> R {
        let mut held = Held {
            resource: self,
            value: Some(value),
        };
        f(held.value.as_mut().unwrap())
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut state = self.state();
        let value = match state.value.take() {
            Some(value) => {
                drop(state);
                value
            }
            None => {
                let (sender, receiver) = channel();
                state.waiting.push_back(sender);
                drop(state);
                receiver.recv().expect("the value comes before the sender goes")
            }
        };
        self.run(value, f)
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let value = self.state().value.take()?;
        Some(self.run(value, f))
    }

    pub fn into_inner(self) -> T {
        self.state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .value
            .unwrap()
    }
}
