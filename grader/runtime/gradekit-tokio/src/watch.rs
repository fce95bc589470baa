//! A future that is watched.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::task::{Context, Poll};

#[derive(Debug, Default)]
struct Seen {
    polls: AtomicU64,
    done: AtomicBool,
    dropped: AtomicBool,
}

/// What is known about a [`Watched`] future.
#[derive(Debug, Clone, Default)]
pub struct Watch(Arc<Seen>);

impl Watch {
    /// Nothing is known yet.
    pub fn new() -> Self {
        Watch::default()
    }

    /// The future that is watched from here on. `Send` if `future` is.
    pub fn future<F: Future>(&self, future: F) -> Watched<F> {
        Watched { future: Some(Box::pin(future)), seen: self.0.clone() }
    }

    /// How often it was polled.
    pub fn polls(&self) -> u64 {
        self.0.polls.load(SeqCst)
    }

    /// Has a poll given its result?
    pub fn is_done(&self) -> bool {
        self.0.done.load(SeqCst)
    }

    /// Was it dropped, and everything in it?
    pub fn is_dropped(&self) -> bool {
        self.0.dropped.load(SeqCst)
    }
}

/// A future whose polls are counted. A poll after its end is a failed assertion.
///
/// ```
/// use gradekit_tokio::*;
/// let watch = Watch::new();
/// let future = watch.future(async { 5 });
/// assert_eq!(run(future), 5);
/// assert_eq!((watch.polls(), watch.is_done(), watch.is_dropped()), (1, true, true));
/// ```
#[derive(Debug)]
pub struct Watched<F> {
    future: Option<Pin<Box<F>>>,
    seen: Arc<Seen>,
}

impl<F: Future> Future for Watched<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.seen.polls.fetch_add(1, SeqCst);
        assert!(!self.seen.done.load(SeqCst), "a future was polled after it was done");
        let future = self.future.as_mut().expect("it is there until it is dropped");
        let result = future.as_mut().poll(cx);
        if result.is_ready() {
            self.seen.done.store(true, SeqCst);
        }
        result
    }
}

impl<F> Drop for Watched<F> {
    fn drop(&mut self) {
        self.future = None;
        self.seen.dropped.store(true, SeqCst);
    }
}
