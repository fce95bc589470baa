//! Bug: the scope waits until the closures have returned, but not until the threads have ended: destructors of thread-locals may still run.

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
    let mut results: Vec<_> = jobs.iter().map(|_| Err("no result".to_string())).collect();
    thread::scope(|scope| {
        for (number, (name, job)) in jobs.into_iter().enumerate() {
            let sender = sender.clone();
            let started = thread::Builder::new().name(name.clone()).spawn_scoped(scope, move || {
                let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
                let _ = sender.send((number, result.map(|value| Output { name, value }).map_err(text_of)));
            });
            if let Err(error) = started {
                results[number] = Err(error.to_string());
            }
        }
    });
    drop(sender);
    for (number, result) in receiver {
        results[number] = result;
    }
    results
}
