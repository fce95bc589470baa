//! Bug: the results come through a channel and nobody joins the threads: they still run when the call returns.

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
    let (sender, receiver) = std::sync::mpsc::channel();
    let mut results = Vec::new();
    for (number, (name, job)) in jobs.into_iter().enumerate() {
        results.push(Err("no result".to_string()));
        let sender = sender.clone();
        let started = thread::Builder::new().name(name.clone()).spawn(move || {
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
            let _ = sender.send((number, result.map(|value| Output { name, value }).map_err(text_of)));
        });
        if let Err(error) = started {
            results[number] = Err(error.to_string());
        }
    }
    drop(sender);
    for (number, result) in receiver {
        results[number] = result;
    }
    results
}
