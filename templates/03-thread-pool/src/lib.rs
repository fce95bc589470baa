//! Assignment 03: a fixed pool of workers.
//!
//! Everything is here but the threads.

use std::any::Any;
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};

/// A job panicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobPanicked {
    /// The panic's text.
    pub message: String,
}

/// Threads that run jobs.
pub struct ThreadPool {
    workers: NonZeroUsize,
}

/// The result of a job that was given to [`ThreadPool::submit`].
pub struct JobHandle<T> {
    result: Result<T, JobPanicked>,
}

impl ThreadPool {
    /// A pool of `workers` threads.
    pub fn new(workers: NonZeroUsize) -> Self {
        // TODO: start the threads.
        ThreadPool { workers }
    }

    /// How many threads there are.
    pub fn workers(&self) -> usize {
        self.workers.get()
    }

    /// Gives the pool a job.
    pub fn execute<F>(&self, job: F)
    where
        F: FnOnce() + Send + 'static,
    {
        // TODO: this runs the job at once, on the caller's thread.
        job();
    }

    /// Gives the pool a job with a result.
    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let result = panic::catch_unwind(AssertUnwindSafe(job));
        JobHandle {
            result: result.map_err(|payload| JobPanicked {
                message: text(&*payload),
            }),
        }
    }

    /// Calls `f` for each item, each call a job of its own. The results are in the order of the items.
    pub fn map<I, T, R, F>(&self, items: I, f: F) -> Vec<R>
    where
        I: IntoIterator<Item = T>,
        T: Send + 'static,
        R: Send + 'static,
        F: Fn(T) -> R + Send + Sync + 'static,
    {
        items.into_iter().map(f).collect()
    }
}

impl<T> JobHandle<T> {
    /// Waits for the job's end.
    pub fn join(self) -> Result<T, JobPanicked> {
        self.result
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        // TODO: finish every queued job, then join every worker.
    }
}

/// The text of a panic.
fn text(payload: &(dyn Any + Send)) -> String {
    match payload.downcast_ref::<&'static str>() {
        Some(text) => (*text).to_string(),
        None => "Box<dyn Any>".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_job() {
        let pool = ThreadPool::new(NonZeroUsize::new(2).unwrap());
        assert_eq!(pool.submit(|| 3 + 4).join(), Ok(7));
        assert_eq!(pool.map([1, 2], |n| n * 10), [10, 20]);
    }
}
