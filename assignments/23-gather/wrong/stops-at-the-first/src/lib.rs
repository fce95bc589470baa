//! `gather` is `as_completed` over numbered futures. The set stops at the first result it finds and looks on from there
//! the next time.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

pub async fn gather<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let numbered = futures.into_iter().enumerate().map(|(i, f)| async move { (i, f.await) }).collect();
    let mut set = as_completed(numbered);
    let mut results = BTreeMap::new();
    while let Some((i, value)) = set.next().await {
        results.insert(i, value);
    }
    results.into_values().collect()
}

pub fn as_completed<F: Future>(futures: Vec<F>) -> AsCompleted<F> {
    AsCompleted { futures: futures.into_iter().map(Box::pin).collect(), cursor: 0 }
}

pub struct AsCompleted<F> {
    futures: Vec<Pin<Box<F>>>,
    cursor: usize,
}

impl<F: Future> AsCompleted<F> {
    pub async fn next(&mut self) -> Option<F::Output> {
        poll_fn(|cx| {
            if self.futures.is_empty() {
                return Poll::Ready(None);
            }
            for _ in 0..self.futures.len() {
                let count = self.futures.len();
                self.cursor %= count;
                if let Poll::Ready(value) = self.futures[self.cursor].as_mut().poll(cx) {
                    let _done = self.futures.remove(self.cursor);
                    return Poll::Ready(Some(value));
                }
                self.cursor += 1;
                if self.cursor == count {
                    break;
                }
            }
            Poll::Pending
        })
        .await
    }
}
