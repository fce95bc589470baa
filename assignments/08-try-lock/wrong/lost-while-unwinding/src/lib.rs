//! Bug: a call in a destructor, while a panic unwinds, does not put the value back.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

struct State<T> {
    value: Option<T>,
    queue: VecDeque<u64>,
    next: u64,
}

pub struct Resource<T> {
    state: Mutex<State<T>>,
    back: Condvar,
}

struct Loan<'a, T> {
    home: &'a Resource<T>,
    value: Option<T>,
    calm: bool,
}

impl<T> Drop for Loan<'_, T> {
    fn drop(&mut self) {
        if std::thread::panicking() && self.value.is_some() && self.calm {
            return;
        }
        let value = self.value.take();
        self.home.state().value = value;
        self.home.back.notify_all();
    }
}

impl<T> Resource<T> {
    pub fn new(value: T) -> Self {
        Resource {
            state: Mutex::new(State { value: Some(value), queue: VecDeque::new(), next: 0 }),
            back: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lend<R>(&self, value: Option<T>, f: impl FnOnce(&mut T) -> R) -> R {
        let mut loan = Loan { home: self, value, calm: std::thread::panicking() };
        f(loan.value.as_mut().expect("lent"))
    }

    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut state = self.state();
        let me = state.next;
        state.next += 1;
        state.queue.push_back(me);
        while state.value.is_none() || state.queue.front() != Some(&me) {
            state = self.back.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.queue.pop_front();
        let value = state.value.take();
        drop(state);
        self.lend(value, f)
    }

    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut state = self.state();
        if !state.queue.is_empty() {
            return None;
        }
        let value = state.value.take()?;
        drop(state);
        Some(self.lend(Some(value), f))
    }

    pub fn into_inner(self) -> T {
        self.state.into_inner().unwrap_or_else(PoisonError::into_inner).value.expect("nobody is inside")
    }
}
