//! The queue is a static: a pool runs the jobs of another one.

use std::any::Any;
use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
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
    closed: usize,
}
static STATE: Mutex<State> = Mutex::new(State { jobs: VecDeque::new(), closed: 0 });
static MORE: Condvar = Condvar::new();
pub struct ThreadPool {
    threads: Vec<thread::JoinHandle<()>>,
    closed: Arc<AtomicBool>,
}
impl ThreadPool {
    pub fn new(workers: NonZeroUsize) -> Self {
        let closed = Arc::new(AtomicBool::new(false));
        let threads = (0..workers.get())
            .map(|_| {
                let closed = closed.clone();
                thread::spawn(move || {
                    loop {
                        let mut st = STATE.lock().unwrap();
                        let job = loop {
                            if let Some(j) = st.jobs.pop_front() {
                                break j;
                            }
                            if closed.load(Ordering::SeqCst) {
                                return;
                            }
                            st = MORE.wait(st).unwrap();
                        };
                        drop(st);
                        let _ = catch_unwind(AssertUnwindSafe(job));
                    }
                })
            })
            .collect();
        ThreadPool { threads, closed }
    }
    pub fn workers(&self) -> usize {
        self.threads.len()
    }
    pub fn execute<F>(&self, job: F)
    where
        F: FnOnce() + Send + 'static,
    {
        STATE.lock().unwrap().jobs.push_back(Box::new(job));
        MORE.notify_all();
    }
}
impl Drop for ThreadPool {
    fn drop(&mut self) {
        let st = STATE.lock().unwrap();
        self.closed.store(true, Ordering::SeqCst);
        drop(st);
        MORE.notify_all();
        for t in self.threads.drain(..) {
            let _ = t.join();
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
