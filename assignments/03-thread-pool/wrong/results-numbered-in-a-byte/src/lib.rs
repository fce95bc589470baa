//! Results are kept under a number of 8 bits, and the 257th handle shares its number with the first.

use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};
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
    done: Mutex<HashMap<u8, Box<dyn Any + Send>>>,
    ready: Condvar,
    next: AtomicU8,
}
pub struct ThreadPool {
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
        ThreadPool { shared, threads }
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
    id: u8,
    shared: Arc<Shared>,
    kind: std::marker::PhantomData<fn() -> T>,
    take: fn(Box<dyn Any + Send>) -> Result<T, String>,
}
impl<T> JobHandle<T> {
    pub fn join(self) -> Result<T, JobPanicked> {
        let mut d = self.shared.done.lock().unwrap();
        loop {
            if let Some(b) = d.remove(&self.id) {
                return (self.take)(b).map_err(|message| JobPanicked { message });
            }
            d = self.shared.ready.wait(d).unwrap();
        }
    }
}
impl ThreadPool {
    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let id = self.shared.next.fetch_add(1, Ordering::Relaxed);
        let shared = self.shared.clone();
        self.execute(move || {
            let r: Result<T, String> = catch_unwind(AssertUnwindSafe(job)).map_err(text);
            shared.done.lock().unwrap().insert(id, Box::new(r));
            shared.ready.notify_all();
        });
        JobHandle { id, shared: self.shared.clone(), kind: std::marker::PhantomData, take: |b| *b.downcast().unwrap() }
    }
}

struct Batch<R> {
    slots: Vec<Option<Result<R, String>>>,
    left: usize,
}
impl ThreadPool {
    pub fn map<I, T, R, F>(&self, items: I, f: F) -> Vec<R>
    where
        I: IntoIterator<Item = T>,
        T: Send + 'static,
        R: Send + 'static,
        F: Fn(T) -> R + Send + Sync + 'static,
    {
        let items: Vec<T> = items.into_iter().collect();
        let batch = Batch { slots: items.iter().map(|_| None).collect(), left: items.len() };
        let all = Arc::new((Mutex::new(batch), Condvar::new(), f));
        for (k, x) in items.into_iter().enumerate() {
            let all = Arc::clone(&all);
            self.execute(move || {
                let r = catch_unwind(AssertUnwindSafe(|| (all.2)(x))).map_err(text);
                let mut b = all.0.lock().unwrap();
                b.slots[k] = Some(r);
                b.left -= 1;
                if b.left == 0 {
                    all.1.notify_all();
                }
            });
        }
        let mut b = all.1.wait_while(all.0.lock().unwrap(), |b| b.left > 0).unwrap();
        let slots = std::mem::take(&mut b.slots);
        drop(b);
        let done: Result<Vec<R>, String> = slots.into_iter().map(Option::unwrap).collect();
        done.unwrap_or_else(|m| panic!("{m}"))
    }
}
