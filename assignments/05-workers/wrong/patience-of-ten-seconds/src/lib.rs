use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
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
    let mut rxs = vec![];
    for (name, job) in jobs {
        let (tx, rx) = mpsc::channel();
        let n = name.clone();
        let h = thread::Builder::new().name(name).spawn(move || {
            let r = catch_unwind(AssertUnwindSafe(job)).map_err(text);
            let _ = tx.send(r.map(|value| Output { name: n, value }));
        });
        rxs.push((h, rx));
    }
    rxs.into_iter()
        .map(|(h, rx)| match h {
            Err(e) => Err(e.to_string()),
            Ok(h) => {
                let r = rx.recv_timeout(std::time::Duration::from_secs(10)).unwrap_or_else(|_| Err("timeout".into()));
                h.join().unwrap();
                r
            }
        })
        .collect()
}
