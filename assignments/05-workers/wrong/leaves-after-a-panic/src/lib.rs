//! Bug: after the first panic the others are not joined any more.

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
    let mut failed = false;
    for (name, thread) in threads {
        results.push(match thread {
            Err(error) => Err(error.to_string()),
            Ok(_) if failed => Err("another job failed".to_string()),
            Ok(thread) => match thread.join() {
                Ok(value) => Ok(Output { name, value }),
                Err(panic) => {
                    failed = true;
                    Err(text_of(panic))
                }
            },
        });
    }
    results
}
