//! Bug: a job whose thread is refused runs in the caller.

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

use std::sync::{Arc, Mutex};
pub fn run_all<T, F>(jobs: Vec<(String, F)>) -> Vec<Result<Output<T>, String>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let handles: Vec<_> = jobs
        .into_iter()
        .map(|(name, job)| {
            let slot = Arc::new(Mutex::new(Some(job)));
            let theirs = slot.clone();
            let h = thread::Builder::new().name(name.clone()).spawn(move || {
                let job = theirs.lock().unwrap().take().unwrap();
                job()
            });
            (name, h.map_err(|_| slot))
        })
        .collect();
    handles
        .into_iter()
        .map(|(name, h)| match h {
            Ok(h) => h.join().map(|value| Output { name, value }).map_err(text_of),
            Err(slot) => {
                let job = slot.lock().unwrap().take().unwrap();
                Ok(Output { name, value: job() })
            }
        })
        .collect()
}
