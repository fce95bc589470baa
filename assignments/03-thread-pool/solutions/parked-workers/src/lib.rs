//! Workers without a job note their name and park; who brings a job wakes one of them by name.

use std::any::Any;
use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle, Thread};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobPanicked {
    pub message: String,
}

type Job = Box<dyn FnOnce() + Send>;

fn text(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        (*text).to_string()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "Box<dyn Any>".to_string()
    }
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Workers that found nothing to do and are about to park.
    idle: Vec<Thread>,
    closed: bool,
}

struct Slot<T> {
    result: Mutex<Option<Result<T, JobPanicked>>>,
    filled: Condvar,
}

pub struct JobHandle<T> {
    slot: Arc<Slot<T>>,
}

impl<T> JobHandle<T> {
    pub fn join(self) -> Result<T, JobPanicked> {
        let mut result = self.slot.result.lock().unwrap();
        loop {
            if let Some(result) = result.take() {
                return result;
            }
            result = self.slot.filled.wait(result).unwrap();
        }
    }
}

fn work(state: &Mutex<State>) {
    let me = thread::current();
    loop {
        let job = {
            let mut state = state.lock().unwrap();
            // Whatever woke this thread, it is not idle now.
            state.idle.retain(|t| t.id() != me.id());
            let job = state.jobs.pop_front();
            if job.is_none() {
                if state.closed {
                    return;
                }
                state.idle.push(me.clone());
            }
            job
        };
        match job {
            Some(job) => drop(panic::catch_unwind(AssertUnwindSafe(job))),
            // An unpark that came since the lock was released makes this return at once.
            None => thread::park(),
        }
    }
}

pub struct ThreadPool {
    state: Arc<Mutex<State>>,
    threads: Vec<JoinHandle<()>>,
}

impl ThreadPool {
    pub fn new(workers: NonZeroUsize) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let threads = (0..workers.get())
            .map(|_| {
                let state = Arc::clone(&state);
                thread::spawn(move || work(&state))
            })
            .collect();
        ThreadPool { state, threads }
    }

    pub fn workers(&self) -> usize {
        self.threads.len()
    }

    pub fn execute<F>(&self, job: F)
    where
        F: FnOnce() + Send + 'static,
    {
        let idle = {
            let mut state = self.state.lock().unwrap();
            state.jobs.push_back(Box::new(job));
            state.idle.pop()
        };
        if let Some(worker) = idle {
            worker.unpark();
        }
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let slot = Arc::new(Slot {
            result: Mutex::new(None),
            filled: Condvar::new(),
        });
        let handle = JobHandle {
            slot: Arc::clone(&slot),
        };
        self.execute(move || {
            let result =
                panic::catch_unwind(AssertUnwindSafe(job)).map_err(|payload| JobPanicked {
                    message: text(&*payload),
                });
            *slot.result.lock().unwrap() = Some(result);
            slot.filled.notify_all();
        });
        handle
    }

    pub fn map<I, T, R, F>(&self, items: I, f: F) -> Vec<R>
    where
        I: IntoIterator<Item = T>,
        T: Send + 'static,
        R: Send + 'static,
        F: Fn(T) -> R + Send + Sync + 'static,
    {
        let f = Arc::new(f);
        let handles: Vec<_> = items
            .into_iter()
            .map(|item| {
                let f = Arc::clone(&f);
                self.submit(move || f(item))
            })
            .collect();
        // First wait for all of them, then look for the first failure.
        let results: Vec<_> = handles.into_iter().map(JobHandle::join).collect();
        results
            .into_iter()
            .map(|result| result.unwrap_or_else(|e| panic!("{}", e.message)))
            .collect()
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.state.lock().unwrap().closed = true;
        for worker in self.threads.drain(..) {
            worker.thread().unpark();
            let _ = worker.join();
        }
    }
}
