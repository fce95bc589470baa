//! Each thread writes into a slot of its own; the join says whether something is in it.

use std::sync::{Arc, OnceLock};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output<T> {
    pub name: String,
    pub value: T,
}

struct Slot<T>(OnceLock<std::sync::Mutex<Option<T>>>);

pub fn run_all<T, F>(jobs: Vec<(String, F)>) -> Vec<Result<Output<T>, String>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let mut running = Vec::new();
    for (name, job) in jobs {
        let slot = Arc::new(Slot(OnceLock::new()));
        let mine = Arc::clone(&slot);
        let thread = thread::Builder::new().name(name).spawn(move || {
            let name = thread::current().name().unwrap_or_default().to_string();
            let value = job();
            let _ = mine.0.set(std::sync::Mutex::new(Some(value)));
            name
        });
        running.push((slot, thread));
    }
    running
        .into_iter()
        .map(|(slot, thread)| match thread.map(|thread| thread.join()) {
            Err(refused) => Err(refused.to_string()),
            Ok(Err(panic)) => Err(if let Some(text) = panic.downcast_ref::<String>() {
                text.clone()
            } else if let Some(text) = panic.downcast_ref::<&str>() {
                text.to_string()
            } else {
                "Box<dyn Any>".to_string()
            }),
            Ok(Ok(name)) => {
                let value = slot.0.get().and_then(|value| value.lock().ok()?.take());
                value
                    .map(|value| Output { name, value })
                    .ok_or_else(|| "no result".to_string())
            }
        })
        .collect()
}
