//! A static lock is held during the call: a second call waits for the end of the first.

use std::any::Any;
use std::sync::Mutex;
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output<T> {
    pub name: String,
    pub value: T,
}

fn text(p: Box<dyn Any + Send>) -> String {
    if let Some(s) = p.downcast_ref::<&str>() {
        (*s).to_owned()
    } else if let Some(s) = p.downcast_ref::<String>() {
        s.clone()
    } else {
        "Box<dyn Any>".to_owned()
    }
}

pub fn run_all<T, F>(jobs: Vec<(String, F)>) -> Vec<Result<Output<T>, String>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(|e| e.into_inner());
    let mut handles = Vec::with_capacity(jobs.len());
    for (name, job) in jobs {
        let handle = thread::Builder::new().name(name.clone()).spawn(job);
        handles.push((name, handle));
    }
    let mut results = Vec::new();
    for (name, handle) in handles {
        results.push(match handle {
            Err(e) => Err(format!("cannot start {name}: {e}")),
            Ok(h) => match h.join() {
                Ok(value) => Ok(Output { name, value }),
                Err(p) => Err(text(p)),
            },
        });
    }
    results
}
