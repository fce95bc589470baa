//! The value itself is handed from who leaves to who has waited longest.

use std::collections::VecDeque;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub struct Resource<T> {
    state: Mutex<State<T>>,
}

struct State<T> {
    value: Option<T>,
    waiting: VecDeque<SyncSender<T>>,
}

struct Inside<'a, T>(&'a Resource<T>, Option<T>);

impl<T> Drop for Inside<'_, T> {
    fn drop(&mut self) {
        let Some(value) = self.1.take() else { return };
        let mut state = self.0.state();
        match state.waiting.pop_front() {
            Some(next) => next.send(value).unwrap_or_else(|_| unreachable!()),
            None => state.value = Some(value),
        }
    }
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Self { state: Mutex::new(State { value: Some(value), waiting: VecDeque::new() }) }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut state = self.state();
        let value = match state.value.take() {
            Some(value) => {
                drop(state);
                value
            }
            None => {
                let (sender, receiver) = sync_channel(1);
                state.waiting.push_back(sender);
                drop(state);
                receiver.recv().unwrap()
            }
        };
        let mut inside = Inside(self, Some(value));
        f(inside.1.as_mut().unwrap())
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let value = self.state().value.take()?;
        let mut inside = Inside(self, Some(value));
        Some(f(inside.1.as_mut().unwrap()))
    }

    pub fn into_inner(self) -> T {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).value.unwrap()
    }
}
