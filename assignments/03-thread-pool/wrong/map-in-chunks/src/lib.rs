//! Map() gives each worker one job for many calls: a call that panics takes the rest of its chunk with it.

use std::any::Any;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobPanicked {
    pub message: String,
}

type Job = Box<dyn FnOnce() + Send>;

fn text(p: Box<dyn Any + Send>) -> String {
    match p.downcast::<String>() {
        Ok(s) => *s,
        Err(p) => p.downcast_ref::<&'static str>().map_or_else(|| "Box<dyn Any>".to_string(), |s| s.to_string()),
    }
}

pub struct ThreadPool {
    tx: Option<mpsc::Sender<Job>>,
    threads: Vec<Option<thread::JoinHandle<()>>>,
    n: NonZeroUsize,
}
impl ThreadPool {
    pub fn new(workers: NonZeroUsize) -> Self {
        let (tx, rx) = mpsc::channel::<Job>();
        let rx = Arc::new(Mutex::new(rx));
        let mut threads = Vec::new();
        for k in 0..workers.get() {
            let rx = Arc::clone(&rx);
            let t = thread::Builder::new().name(format!("worker {k}")).spawn(move || {
                loop {
                    let next = {
                        let rx = rx.lock().unwrap();
                        rx.recv()
                    };
                    let Ok(job) = next else { break };
                    let _ = catch_unwind(AssertUnwindSafe(job));
                }
            });
            threads.push(Some(t.unwrap()));
        }
        ThreadPool { tx: Some(tx), threads, n: workers }
    }
    pub fn workers(&self) -> usize {
        self.n.get()
    }
    pub fn execute<F>(&self, job: F)
    where
        F: FnOnce() + Send + 'static,
    {
        self.tx.as_ref().unwrap().send(Box::new(job)).ok().expect("workers live as long as the pool");
    }
    //MORE
}
impl Drop for ThreadPool {
    fn drop(&mut self) {
        drop(self.tx.take());
        for t in &mut self.threads {
            if let Some(t) = t.take() {
                let _ = t.join();
            }
        }
    }
}

struct Cell<T> {
    value: Mutex<Option<Result<T, JobPanicked>>>,
    ready: Condvar,
}
pub struct JobHandle<T>(Arc<Cell<T>>);
impl<T> JobHandle<T> {
    pub fn join(self) -> Result<T, JobPanicked> {
        let mut v = self.0.value.lock().unwrap();
        loop {
            if let Some(r) = v.take() {
                return r;
            }
            v = self.0.ready.wait(v).unwrap();
        }
    }
}
impl ThreadPool {
    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let cell = Arc::new(Cell { value: Mutex::new(None), ready: Condvar::new() });
        let theirs = cell.clone();
        self.execute(move || {
            let r = catch_unwind(AssertUnwindSafe(job)).map_err(|p| JobPanicked { message: text(p) });
            *theirs.value.lock().unwrap() = Some(r);
            theirs.ready.notify_one();
        });
        JobHandle(cell)
    }
}

impl ThreadPool {
    pub fn map<I, T, R, F>(&self, items: I, f: F) -> Vec<R>
    where
        I: IntoIterator<Item = T>,
        T: Send + 'static,
        R: Send + 'static,
        F: Fn(T) -> R + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        let mut items: Vec<T> = items.into_iter().collect();
        let size = items.len().div_ceil(self.workers()).max(1);
        let mut handles = Vec::new();
        while !items.is_empty() {
            let rest = items.split_off(size.min(items.len()));
            let mine = std::mem::replace(&mut items, rest);
            let f = f.clone();
            handles.push(self.submit(move || mine.into_iter().map(|x| f(x)).collect::<Vec<R>>()));
        }
        let all: Vec<_> = handles.into_iter().map(|h| h.join()).collect();
        all.into_iter().flat_map(|r| r.unwrap_or_else(|e| panic!("{}", e.message))).collect()
    }
}
