use std::any::Any;
use std::sync::{Arc, Mutex};
use std::thread;
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output<T> {
    pub name: String,
    pub value: T,
}
fn text(p: Box<dyn Any + Send>) -> String {
    if let Some(s) = p.downcast_ref::<&str>() {
        s.to_string()
    } else if let Some(s) = p.downcast_ref::<String>() {
        s.clone()
    } else {
        "Box<dyn Any>".into()
    }
}
pub fn run_all<T, F>(jobs: Vec<(String, F)>) -> Vec<Result<Output<T>, String>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    // results under one Mutex that a panicking job poisons: job runs while the slot table is locked? no: text table keyed by name
    let texts = Arc::new(Mutex::new(std::collections::HashMap::new()));
    let hs: Vec<_> = jobs
        .into_iter()
        .map(|(n, j)| {
            let (t, m) = (texts.clone(), n.clone());
            (
                n.clone(),
                thread::Builder::new().name(n).spawn(move || {
                    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(j)) {
                        Ok(v) => Some(v),
                        Err(p) => {
                            t.lock().unwrap().insert(m, text(p));
                            None
                        }
                    }
                }),
            )
        })
        .collect();
    hs.into_iter()
        .map(|(name, h)| match h {
            Ok(h) => match h.join().unwrap() {
                Some(value) => Ok(Output { name, value }),
                None => Err(texts.lock().unwrap()[&name].clone()),
            },
            Err(e) => Err(e.to_string()),
        })
        .collect()
}
