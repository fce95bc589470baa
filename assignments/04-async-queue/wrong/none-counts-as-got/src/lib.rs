//! a get that answers None is counted as got

use std::collections::VecDeque;
use std::future::poll_fn;
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard};
use std::task::{Poll, Waker};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed<T>(pub T);

pub struct AsyncQueue<T> {
    capacity: usize,
    state: Mutex<State<T>>,
}

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
    put: usize,
    got: usize,
    done: usize,
    /// Everybody who found that there was nothing to do.
    wakers: Vec<Waker>,
}

impl<T> AsyncQueue<T> {
    pub fn bounded(capacity: NonZeroUsize) -> Self {
        AsyncQueue {
            capacity: capacity.get(),
            state: Mutex::new(State {
                items: VecDeque::new(),
                closed: false,
                put: 0,
                got: 0,
                done: 0,
                wakers: Vec::new(),
            }),
        }
    }

    /// Waits until `step` has a result.
    async fn wait<R>(&self, mut step: impl FnMut(&mut State<T>) -> Option<R>) -> R {
        poll_fn(|cx| {
            let mut state = self.state.lock().unwrap();
            match step(&mut state) {
                Some(result) => {
                    Self::changed(state);
                    Poll::Ready(result)
                }
                None => {
                    // Under the same lock as the look, so no change can come in between.
                    if !state.wakers.iter().any(|w| w.will_wake(cx.waker())) {
                        state.wakers.push(cx.waker().clone());
                    }
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// Wakes all: each looks for itself whether it can go on.
    fn changed(mut state: MutexGuard<'_, State<T>>) {
        let wakers = std::mem::take(&mut state.wakers);
        drop(state);
        for waker in wakers {
            waker.wake();
        }
    }

    pub async fn put(&self, item: T) -> Result<(), Closed<T>> {
        let mut item = Some(item);
        self.wait(|state| {
            if state.closed {
                return item.take().map(|item| Err(Closed(item)));
            }
            if state.items.len() == self.capacity {
                return None;
            }
            state.items.extend(item.take());
            state.put += 1;
            Some(Ok(()))
        })
        .await
    }

    pub async fn get(&self) -> Option<T> {
        self.wait(|state| match state.items.pop_front() {
            Some(item) => {
                state.got += 1;
                Some(Some(item))
            }
            None => {
                state.got += usize::from(state.closed);
                state.closed.then_some(None)
            }
        })
        .await
    }

    pub fn try_put(&self, item: T) -> Result<(), T> {
        let mut state = self.state.lock().unwrap();
        if state.closed || state.items.len() >= self.capacity {
            return Err(item);
        }
        state.items.push_back(item);
        state.put += 1;
        Self::changed(state);
        Ok(())
    }

    pub fn try_get(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        let item = state.items.pop_front()?;
        state.got += 1;
        Self::changed(state);
        Some(item)
    }

    pub fn task_done(&self) {
        let mut state = self.state.lock().unwrap();
        assert!(state.done < state.got, "task_done() was called more often than items were got");
        state.done += 1;
        Self::changed(state);
    }

    pub async fn join(&self) {
        self.wait(|state| (state.done == state.put).then_some(())).await
    }

    pub fn close(&self) {
        let mut state = self.state.lock().unwrap();
        state.closed = true;
        Self::changed(state);
    }

    pub fn len(&self) -> usize {
        self.state.lock().unwrap().items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.state.lock().unwrap().items.is_empty()
    }

    pub fn capacity(&self) -> usize {
        self.capacity
    }
}
