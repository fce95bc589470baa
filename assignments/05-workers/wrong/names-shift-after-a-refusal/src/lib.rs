use std::any::Any;
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
    // names of those that were started, values of all: shifted after a refusal
    let mut names = Vec::new();
    let mut hs = Vec::new();
    let mut out = Vec::new();
    for (n, j) in jobs {
        match thread::Builder::new().name(n.clone()).spawn(j) {
            Ok(h) => {
                names.push(n);
                hs.push(Ok(h));
            }
            Err(e) => hs.push(Err(e.to_string())),
        }
    }
    for (i, h) in hs.into_iter().enumerate() {
        out.push(match h {
            Ok(h) => {
                h.join().map(|value| Output { name: names.get(i).cloned().unwrap_or_default(), value }).map_err(text)
            }
            Err(e) => Err(e),
        });
    }
    out
}
