//! The threads catch their own panics and send what came out through a channel, with the job's number.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;

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
    let (sender, receiver) = mpsc::channel();
    let mut results = Vec::new();
    let mut threads = Vec::new();
    for (number, (name, job)) in jobs.into_iter().enumerate() {
        results.push(Err(String::from("the thread was not started")));
        let sender = sender.clone();
        let builder = thread::Builder::new().name(name.clone());
        let started = builder.spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(job));
            let result = match result {
                Ok(value) => Ok(Output { name, value }),
                Err(panic) => Err(match panic.downcast::<String>() {
                    Ok(text) => *text,
                    Err(panic) => panic
                        .downcast::<&str>()
                        .map_or("Box<dyn Any>".to_owned(), |text| text.to_string()),
                }),
            };
            // The receiver is there until every sender has gone.
            let _ = sender.send((number, result));
        });
        match started {
            Ok(thread) => threads.push(thread),
            Err(error) => results[number] = Err(error.to_string()),
        }
    }
    drop(sender);
    for (number, result) in receiver {
        results[number] = result;
    }
    for thread in threads {
        let _ = thread.join();
    }
    results
}
