//! Bug: a number is added to the names, so that none repeats.

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
    for (number, (name, job)) in jobs.into_iter().enumerate() {
        let own = format!("{name}-{number}");
        threads.push((name, thread::Builder::new().name(own).spawn(job)));
    }
    let mut results = Vec::new();
    for (name, thread) in threads {
        results.push(match thread {
            Ok(thread) => thread.join().map(|value| Output { name, value }).map_err(text_of),
            Err(error) => Err(error.to_string()),
        });
    }
    results
}
