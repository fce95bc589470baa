//! Every poll hands the caller's waker to all futures that are not done yet.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

enum Place<F: Future> {
    Running(Pin<Box<F>>),
    Done(F::Output),
}

/// Runs all futures at the same time; the results are in the order of the input.
pub async fn gather<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut places: Vec<Place<F>> = futures.into_iter().map(|f| Place::Running(Box::pin(f))).collect();
    poll_fn(|cx| {
        let mut pending = false;
        for place in &mut places {
            if let Place::Running(future) = place {
                match future.as_mut().poll(cx) {
                    Poll::Ready(value) => *place = Place::Done(value),
                    Poll::Pending => pending = true,
                }
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    let value = |place| match place {
        Place::Done(value) => value,
        Place::Running(_) => unreachable!("all are done"),
    };
    places.into_iter().map(value).collect()
}

/// The futures' results in the order in which they come.
pub fn as_completed<F: Future>(futures: Vec<F>) -> AsCompleted<F> {
    AsCompleted { running: futures.into_iter().map(Box::pin).collect(), done: VecDeque::new() }
}

/// See [`as_completed`].
pub struct AsCompleted<F: Future> {
    running: Vec<Pin<Box<F>>>,
    /// Results that were found together with an earlier one.
    done: VecDeque<F::Output>,
}

impl<F: Future> AsCompleted<F> {
    /// The next result; `None` when there are no more.
    pub async fn next(&mut self) -> Option<F::Output> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<F::Output>> {
        if self.done.is_empty() {
            let done = &mut self.done;
            self.running.retain_mut(|future| match future.as_mut().poll(cx) {
                Poll::Ready(value) => {
                    if done.is_empty() {
                        done.push_back(value);
                    }
                    false
                }
                Poll::Pending => true,
            });
        }
        match self.done.pop_front() {
            Some(value) => Poll::Ready(Some(value)),
            None if self.running.is_empty() => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}
