//! Bug: when a thread is refused, the jobs after it are not started.

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
    let count = jobs.len();
    let mut threads = Vec::new();
    let mut why = String::new();
    for (name, job) in jobs {
        match thread::Builder::new().name(name.clone()).spawn(job) {
            Ok(thread) => threads.push((name, thread)),
            Err(error) => {
                why = error.to_string();
                break;
            }
        }
    }
    let mut results: Vec<_> = threads
        .into_iter()
        .map(|(name, thread)| thread.join().map(|value| Output { name, value }).map_err(text_of))
        .collect();
    results.resize_with(count, || Err(why.clone()));
    results
}
