//! Bug: each thread is joined in the loop that starts them: only one runs at a time.

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
    let mut results = Vec::new();
    for (name, job) in jobs {
        let result = match thread::Builder::new().name(name.clone()).spawn(job) {
            Ok(thread) => thread.join().map(|value| Output { name, value }).map_err(text_of),
            Err(error) => Err(error.to_string()),
        };
        results.push(result);
    }
    results
}
