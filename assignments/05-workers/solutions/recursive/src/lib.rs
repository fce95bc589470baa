//! One thread started, then the rest of the list, then the join.

use std::any::Any;
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output<T> {
    pub name: String,
    pub value: T,
}

fn text_of(panic: Box<dyn Any + Send>) -> String {
    match panic.downcast::<&str>() {
        Ok(text) => text.to_string(),
        Err(panic) => panic.downcast::<String>().map_or("Box<dyn Any>".to_string(), |text| *text),
    }
}

pub fn run_all<T, F>(jobs: Vec<(String, F)>) -> Vec<Result<Output<T>, String>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let mut results = Vec::with_capacity(jobs.len());
    go(jobs.into_iter(), &mut results);
    results.reverse();
    results
}

fn go<T, F>(mut jobs: std::vec::IntoIter<(String, F)>, results: &mut Vec<Result<Output<T>, String>>)
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let Some((name, job)) = jobs.next() else { return };
    let handle = thread::Builder::new().name(name.clone()).stack_size(512 * 1024).spawn(job);
    go(jobs, results);
    results.push(match handle.map(|h| h.join()) {
        Ok(Ok(value)) => Ok(Output { name, value }),
        Ok(Err(panic)) => Err(text_of(panic)),
        Err(e) => Err(e.to_string()),
    });
}
