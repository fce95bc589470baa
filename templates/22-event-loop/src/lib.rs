//! A small event loop. See the statement of assignment 22.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// What an awaited task gives after it was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

/// Runs futures in the thread that calls it.
pub struct EventLoop {}

impl EventLoop {
    /// A loop without tasks.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        EventLoop {}
    }

    /// Adds a task; it runs in `run_until_complete`.
    pub fn create_task<F>(&self, f: F) -> Task<F::Output>
    where
        F: Future + 'static,
    {
        // TODO: keep the future, so that the loop can poll it.
        drop(f);
        Task { value: PhantomData }
    }

    /// Runs `f` to its end, and the tasks meanwhile.
    pub fn run_until_complete<F: Future>(&self, f: F) -> F::Output {
        let mut f = pin!(f);
        // TODO: this waker wakes nobody, the loop never sleeps, and no task is polled.
        let mut cx = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(value) = f.as_mut().poll(&mut cx) {
                return value;
            }
        }
    }
}

/// A handle to a task. Dropping it does not stop the task.
pub struct Task<T> {
    value: PhantomData<fn() -> T>,
}

impl<T> Task<T> {
    /// Stops the task, unless it has finished.
    pub fn cancel(&self) {
        // TODO
    }

    /// Has it ended, or was it cancelled?
    pub fn is_finished(&self) -> bool {
        // TODO
        false
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, Cancelled>;

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Self::Output> {
        // TODO: give the task's value, or remember the waker.
        let _ = self.value;
        Poll::Pending
    }
}
