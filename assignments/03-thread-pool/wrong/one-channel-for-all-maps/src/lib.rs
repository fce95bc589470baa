//! The results of all maps come through one channel of the pool, and two callers mix them up.

use std::any::Any;
use std::collections::VecDeque;
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

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    closed: bool,
}
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    more: Condvar,
}
type Part = (usize, thread::Result<Box<dyn Any + Send>>);
pub struct ThreadPool {
    results: (mpsc::Sender<Part>, Mutex<mpsc::Receiver<Part>>),
    shared: Arc<Shared>,
    threads: Vec<thread::JoinHandle<()>>,
}
fn work(shared: &Shared) {
    loop {
        let mut st = shared.state.lock().unwrap();
        let job = loop {
            if let Some(j) = st.jobs.pop_front() {
                break j;
            }
            if st.closed {
                return;
            }
            st = shared.more.wait(st).unwrap();
        };
        drop(st);
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}
impl ThreadPool {
    pub fn new(workers: NonZeroUsize) -> Self {
        let shared = Arc::new(Shared::default());
        let threads = (0..workers.get())
            .map(|_| {
                let s = shared.clone();
                thread::spawn(move || work(&s))
            })
            .collect();
        {
            let (tx, rx) = mpsc::channel();
            ThreadPool { results: (tx, Mutex::new(rx)), shared, threads }
        }
    }
    pub fn workers(&self) -> usize {
        self.threads.len()
    }
    pub fn execute<F>(&self, job: F)
    where
        F: FnOnce() + Send + 'static,
    {
        self.shared.state.lock().unwrap().jobs.push_back(Box::new(job));
        self.shared.more.notify_one();
    }
    //MORE
}
impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.shared.state.lock().unwrap().closed = true;
        self.shared.more.notify_all();
        for t in self.threads.drain(..) {
            let _ = t.join();
        }
    }
}

pub struct JobHandle<T> {
    rx: Mutex<mpsc::Receiver<thread::Result<T>>>,
}
impl<T> JobHandle<T> {
    pub fn join(self) -> Result<T, JobPanicked> {
        let rx = self.rx.into_inner().unwrap_or_else(|e| e.into_inner());
        rx.recv().unwrap().map_err(|p| JobPanicked { message: text(p) })
    }
}
impl ThreadPool {
    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (tx, rx) = mpsc::sync_channel(1);
        self.execute(move || {
            let _ = tx.send(catch_unwind(AssertUnwindSafe(job)));
        });
        JobHandle { rx: Mutex::new(rx) }
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
        let mut n = 0;
        for (k, x) in items.into_iter().enumerate() {
            let (f, tx) = (f.clone(), self.results.0.clone());
            self.execute(move || {
                let r = catch_unwind(AssertUnwindSafe(|| Box::new(f(x)) as Box<dyn Any + Send>));
                let _ = tx.send((k, r));
            });
            n += 1;
        }
        let mut all = BTreeMap::new();
        for _ in 0..n {
            let (k, r) = self.results.1.lock().unwrap().recv().unwrap();
            all.insert(k, r);
        }
        let mut out = Vec::new();
        for (_, r) in all {
            match r {
                Ok(v) => out.push(*v.downcast::<R>().unwrap()),
                Err(p) => panic!("{}", text(p)),
            }
        }
        out
    }
}
use std::collections::BTreeMap;
