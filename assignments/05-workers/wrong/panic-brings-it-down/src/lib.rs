//! Bug: a job's panic is unwrapped in the caller.

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
    for (name, job) in jobs {
        threads.push((name.clone(), thread::Builder::new().name(name).spawn(job)));
    }
    let mut results = Vec::new();
    for (name, thread) in threads {
        results.push(match thread {
            Ok(thread) => Ok(Output {
                name,
                value: thread.join().map_err(text_of).unwrap(),
            }),
            Err(error) => Err(error.to_string()),
        });
    }
    results
}
