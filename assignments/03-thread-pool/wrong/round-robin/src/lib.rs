use std::any::Any;
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

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

pub struct JobHandle<T> {
    // A Receiver alone could not be shared between threads.
    result: Mutex<Receiver<Result<T, JobPanicked>>>,
}

impl<T> JobHandle<T> {
    pub fn join(self) -> Result<T, JobPanicked> {
        let receiver = self.result.into_inner().unwrap();
        receiver.recv().expect("every job sends its result")
    }
}

fn work(jobs: Receiver<Job>) {
    for job in jobs {
        let _ = panic::catch_unwind(AssertUnwindSafe(job));
    }
}

/// Each worker has a channel of its own, and they are served in turn.
pub struct ThreadPool {
    jobs: Vec<Sender<Job>>,
    next: AtomicUsize,
    threads: Vec<JoinHandle<()>>,
}

impl ThreadPool {
    pub fn new(workers: NonZeroUsize) -> Self {
        let mut jobs = Vec::new();
        let mut threads = Vec::new();
        for _ in 0..workers.get() {
            let (sender, inbox) = mpsc::channel::<Job>();
            jobs.push(sender);
            threads.push(thread::spawn(move || work(inbox)));
        }
        ThreadPool {
            jobs,
            next: AtomicUsize::new(0),
            threads,
        }
    }

    pub fn workers(&self) -> usize {
        self.threads.len()
    }

    pub fn execute<F>(&self, job: F)
    where
        F: FnOnce() + Send + 'static,
    {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.jobs.len();
        self.jobs[turn]
            .send(Box::new(job))
            .expect("the workers live as long as the pool");
    }

    pub fn submit<F, T>(&self, job: F) -> JobHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (sender, receiver) = mpsc::channel();
        self.execute(move || {
            let result =
                panic::catch_unwind(AssertUnwindSafe(job)).map_err(|payload| JobPanicked {
                    message: text(&*payload),
                });
            // Nobody may be interested.
            let _ = sender.send(result);
        });
        JobHandle {
            result: Mutex::new(receiver),
        }
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
        // With the last sender gone, recv() fails once the queue is empty.
        self.jobs.clear();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
