//! Each future has a waker of its own, which puts its number into a queue: only woken futures are polled.

mod queue;

use queue::Queue;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// Some futures that run at the same time.
struct Group<F: Future> {
    futures: Vec<Option<Pin<Box<F>>>>,
    left: usize,
    queue: Arc<Queue>,
    started: bool,
}

impl<F: Future> Group<F> {
    fn new(futures: Vec<F>) -> Self {
        let left = futures.len();
        let queue = Arc::new(Queue::all(left));
        Group { futures: futures.into_iter().map(|f| Some(Box::pin(f))).collect(), left, queue, started: false }
    }

    /// The number and the result of one that is done.
    fn poll_one(&mut self, cx: &mut Context<'_>) -> Poll<Option<(usize, F::Output)>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        // Whoever is woken from here on wakes this waker.
        if !self.started {
            self.started = true;
            self.queue.set_parent(cx.waker());
        }
        // At most one round: who wakes itself again has its turn in the next poll.
        for _ in 0..self.futures.len() {
            let Some(index) = self.queue.pop() else { return Poll::Pending };
            let Some(future) = &mut self.futures[index] else { continue };
            let waker = self.queue.waker(index);
            if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                self.futures[index] = None;
                self.left -= 1;
                return Poll::Ready(Some((index, value)));
            }
        }
        if !self.queue.is_empty() {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

pub async fn gather<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut results: Vec<_> = futures.iter().map(|_| None).collect();
    let mut group = Group::new(futures);
    let next = |group: &mut Group<F>, cx: &mut Context<'_>| {
        group.started = false;
        group.poll_one(cx)
    };
    while let Some((index, value)) = poll_fn(|cx| next(&mut group, cx)).await {
        results[index] = Some(value);
    }
    results.into_iter().flatten().collect()
}

pub fn as_completed<F: Future>(futures: Vec<F>) -> AsCompleted<F> {
    AsCompleted(Group::new(futures))
}

pub struct AsCompleted<F: Future>(Group<F>);

impl<F: Future> AsCompleted<F> {
    pub async fn next(&mut self) -> Option<F::Output> {
        poll_fn(|cx| self.0.poll_one(cx)).await.map(|(_, value)| value)
    }
}
