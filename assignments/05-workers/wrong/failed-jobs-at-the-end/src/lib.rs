//! Bug: results and errors are collected apart: a failed job loses its place.

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
    let mut good = Vec::new();
    let mut bad = Vec::new();
    for (name, thread) in threads {
        match thread.map(|thread| thread.join()) {
            Ok(Ok(value)) => good.push(Ok(Output { name, value })),
            Ok(Err(panic)) => bad.push(Err(text_of(panic))),
            Err(error) => bad.push(Err(error.to_string())),
        }
    }
    good.extend(bad);
    good
}
