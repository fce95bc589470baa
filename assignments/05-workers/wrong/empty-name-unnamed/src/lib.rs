//! Bug: a thread whose name is empty gets none.

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
    let handles: Vec<_> = jobs
        .into_iter()
        .map(|(n, j)| {
            let b = thread::Builder::new();
            let b = if n.is_empty() { b } else { b.name(n.clone()) };
            (n, b.spawn(j))
        })
        .collect();
    handles
        .into_iter()
        .map(|(name, h)| {
            let h = h.map_err(|e| e.to_string())?;
            h.join().map_err(text_of).map(|value| Output { name, value })
        })
        .collect()
}
