//! First a loop that starts every thread, then a loop that joins them.

use std::any::Any;
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output<T> {
    pub name: String,
    pub value: T,
}

pub fn run_all<T, F>(jobs: Vec<(String, F)>) -> Vec<Result<Output<T>, String>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let mut threads: Vec<(String, std::io::Result<JoinHandle<T>>)> = Vec::with_capacity(jobs.len());
    for (name, job) in jobs {
        let started = thread::Builder::new().name(name.clone()).spawn(job);
        threads.push((name, started));
    }
    let mut results = Vec::with_capacity(threads.len());
    for (name, started) in threads {
        results.push(match started {
            Ok(thread) => match thread.join() {
                Ok(value) => Ok(Output { name, value }),
                Err(panic) => Err(text_of(panic)),
            },
            Err(error) => Err(format!("thread {name} was not started: {error}")),
        });
    }
    results
}

fn text_of(panic: Box<dyn Any + Send>) -> String {
    if let Some(text) = panic.downcast_ref::<&'static str>() {
        return (*text).to_string();
    }
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(_) => "Box<dyn Any>".to_string(),
    }
}
