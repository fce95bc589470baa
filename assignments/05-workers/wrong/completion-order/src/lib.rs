//! Bug: results come in the order in which the jobs end.

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
    let mut threads = Vec::new();
    let mut refused = Vec::new();
    for (name, job) in jobs {
        let sender = sender.clone();
        let started = thread::Builder::new().name(name.clone()).spawn(move || {
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
            let _ = sender.send(result.map(|value| Output { name, value }).map_err(text_of));
        });
        match started {
            Ok(thread) => threads.push(thread),
            Err(error) => refused.push(Err(error.to_string())),
        }
    }
    drop(sender);
    let results = receiver.into_iter().chain(refused).collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    results
}
