//! Polls all futures with the parent's waker, but no more than 32 at a time.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

pub async fn gather<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut results = Vec::new();
    let mut futures = futures.into_iter();
    loop {
        let group: Vec<F> = futures.by_ref().take(32).collect();
        if group.is_empty() {
            return results;
        }
        results.extend(together(group).await);
    }
}

async fn together<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut places: Vec<_> = futures.into_iter().map(|f| (Some(Box::pin(f)), None)).collect();
    poll_fn(|cx| {
        let mut left = false;
        for (future, result) in &mut places {
            let Some(running) = future else { continue };
            match running.as_mut().poll(cx) {
                Poll::Ready(value) => {
                    *result = Some(value);
                    *future = None;
                }
                Poll::Pending => left = true,
            }
        }
        if left { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    places.into_iter().filter_map(|(_, result)| result).collect()
}

pub fn as_completed<F: Future>(futures: Vec<F>) -> AsCompleted<F> {
    AsCompleted { running: futures.into_iter().map(Box::pin).collect(), done: VecDeque::new() }
}

pub struct AsCompleted<F: Future> {
    running: Vec<Pin<Box<F>>>,
    done: VecDeque<F::Output>,
}

impl<F: Future> AsCompleted<F> {
    pub async fn next(&mut self) -> Option<F::Output> {
        poll_fn(|cx| {
            let done = &mut self.done;
            self.running.retain_mut(|future| match future.as_mut().poll(cx) {
                Poll::Ready(value) => {
                    done.push_back(value);
                    false
                }
                Poll::Pending => true,
            });
            match self.done.pop_front() {
                Some(value) => Poll::Ready(Some(value)),
                None if self.running.is_empty() => Poll::Ready(None),
                None => Poll::Pending,
            }
        })
        .await
    }
}
