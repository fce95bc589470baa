use std::thread;
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output<T> {
    pub name: String,
    pub value: T,
}

fn text(p: Box<dyn std::any::Any + Send>) -> String {
    p.downcast_ref::<String>()
        .cloned()
        .or(p.downcast_ref::<&str>().map(|s| s.to_string()))
        .filter(|s| !s.is_empty())
        .unwrap_or("Box<dyn Any>".into())
}

pub fn run_all<T, F>(jobs: Vec<(String, F)>) -> Vec<Result<Output<T>, String>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let mut handles = Vec::with_capacity(jobs.len());
    for (name, job) in jobs {
        handles.push((name.clone(), thread::Builder::new().name(name).spawn(job)));
    }
    let mut out = Vec::new();
    for (name, h) in handles {
        out.push(match h {
            Err(e) => Err(format!("could not start {name}: {e}")),
            Ok(h) => match h.join() {
                Ok(value) => Ok(Output { name, value }),
                Err(p) => Err(text(p)),
            },
        });
    }
    out
}
