//! Bug: the results are kept under the names; names may repeat.

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

use std::collections::HashMap;
pub fn run_all<T, F>(jobs: Vec<(String, F)>) -> Vec<Result<Output<T>, String>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let order: Vec<String> = jobs.iter().map(|j| j.0.clone()).collect();
    let mut map = HashMap::new();
    for (n, j) in jobs {
        map.insert(n.clone(), thread::Builder::new().name(n).spawn(j));
    }
    order
        .into_iter()
        .filter_map(|name| {
            let h = map.remove(&name)?;
            Some(match h {
                Err(e) => Err(e.to_string()),
                Ok(h) => h.join().map(|value| Output { name, value }).map_err(text_of),
            })
        })
        .collect()
}
