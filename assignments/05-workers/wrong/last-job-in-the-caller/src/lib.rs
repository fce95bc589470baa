//! Bug: the caller runs the last job itself, to save a thread.

use std::any::Any;
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output<T> {
    pub name: String,
    pub value: T,
}

fn text_of(panic: Box<dyn Any + Send>) -> String {
    if let Some(text) = panic.downcast_ref::<&'static str>() {
        return (*text).to_string();
    }
    panic
        .downcast_ref::<String>()
        .cloned()
        .unwrap_or_else(|| "Box<dyn Any>".to_string())
}

pub fn run_all<T, F>(jobs: Vec<(String, F)>) -> Vec<Result<Output<T>, String>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let mut threads = Vec::new();
    let mut jobs = jobs;
    let last = jobs.pop();
    for (name, job) in jobs {
        threads.push((name.clone(), thread::Builder::new().name(name).spawn(job)));
    }
    let last = last.map(|(name, job)| {
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
        result.map(|value| Output { name, value }).map_err(text_of)
    });
    let mut results = Vec::new();
    for (name, thread) in threads {
        results.push(match thread {
            Ok(thread) => thread.join().map(|value| Output { name, value }).map_err(text_of),
            Err(error) => Err(error.to_string()),
        });
    }
    results.extend(last);
    results
}
