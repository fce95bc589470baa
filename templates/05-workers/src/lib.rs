//! 05 workers: start, name, parameters, join, results.
//!
//! This starter runs the jobs one after the other in the calling thread. Give each job a thread of its own.

/// What a job gave, and the name of the thread that ran it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output<T> {
    pub name: String,
    pub value: T,
}

/// Runs each job in a thread of the given name. The results are in the order of the jobs.
pub fn run_all<T, F>(jobs: Vec<(String, F)>) -> Vec<Result<Output<T>, String>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let mut results = Vec::new();
    for (name, job) in jobs {
        results.push(Ok(Output { name, value: job() }));
    }
    results
}
