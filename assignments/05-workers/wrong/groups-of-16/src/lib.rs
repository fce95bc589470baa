use std::thread;
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output<T> {
    pub name: String,
    pub value: T,
}

fn text(p: Box<dyn std::any::Any + Send>) -> String {
    match p.downcast::<String>() {
        Ok(s) => *s,
        Err(p) => match p.downcast::<&'static str>() {
            Ok(s) => s.to_string(),
            Err(_) => "Box<dyn Any>".to_string(),
        },
    }
}

pub fn run_all<T, F>(jobs: Vec<(String, F)>) -> Vec<Result<Output<T>, String>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let mut out = Vec::new();
    let mut it = jobs.into_iter();
    loop {
        let mut handles = Vec::new();
        for (name, job) in it.by_ref().take(16) {
            handles.push((name.clone(), thread::Builder::new().name(name).spawn(job)));
        }
        if handles.is_empty() {
            return out;
        }
        for (name, h) in handles {
            out.push(match h {
                Err(e) => Err(e.to_string()),
                Ok(h) => h.join().map(|value| Output { name, value }).map_err(text),
            });
        }
    }
}
