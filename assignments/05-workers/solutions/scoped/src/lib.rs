//! Scoped threads, joined by hand: the scope's own wait would not wait for destructors of thread-locals.

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
    thread::scope(|scope| {
        let threads: Vec<_> = jobs
            .into_iter()
            .map(|(name, job)| {
                let started = thread::Builder::new().name(name.clone()).spawn_scoped(scope, job);
                (name, started)
            })
            .collect();
        threads
            .into_iter()
            .map(|(name, started)| {
                let thread = started.map_err(|error| error.to_string())?;
                let value = thread.join().map_err(|panic| {
                    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
                    text.or_else(|| panic.downcast_ref::<String>().cloned())
                        .unwrap_or("Box<dyn Any>".into())
                })?;
                Ok(Output { name, value })
            })
            .collect()
    })
}
