//! `gather` and `as_completed`. See the statement of assignment 23.

use std::future::Future;

/// Runs all futures at the same time; the results are in the order of the input.
pub async fn gather<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    // TODO: this runs them one after the other.
    let mut results = Vec::new();
    for future in futures {
        results.push(future.await);
    }
    results
}

/// The futures' results in the order in which they come.
pub fn as_completed<F: Future>(futures: Vec<F>) -> AsCompleted<F> {
    AsCompleted { futures }
}

/// See [`as_completed`].
pub struct AsCompleted<F> {
    futures: Vec<F>,
}

impl<F: Future> AsCompleted<F> {
    /// The next result; `None` when there are no more.
    pub async fn next(&mut self) -> Option<F::Output> {
        // TODO: this gives the results in the order of the input, from the back.
        match self.futures.pop() {
            Some(future) => Some(future.await),
            None => None,
        }
    }
}
