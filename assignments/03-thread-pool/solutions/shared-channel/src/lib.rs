//! A channel of jobs whose receiving end the workers share; results come back through a channel each.

use std::any::Any;
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
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

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        // The guard lives until the end of this line: others can receive while the job runs.
        let job = jobs.lock().unwrap().recv();
        match job {
            Ok(job) => drop(panic::catch_unwind(AssertUnwindSafe(job))),
            Err(_) => return,
        }
    }
}

pub struct ThreadPool {
    jobs: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl ThreadPool {
    pub fn new(workers: NonZeroUsize) -> Self {
        let (jobs, inbox) = mpsc::channel::<Job>();
        let inbox = Arc::new(Mutex::new(inbox));
        let threads = (0..workers.get())
            .map(|i| {
                let inbox = Arc::clone(&inbox);
                thread::Builder::new()
                    .name(format!("worker-{i}"))
                    .spawn(move || work(&inbox))
                    .expect("the system starts a thread")
            })
            .collect();
        ThreadPool {
            jobs: Some(jobs),
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
        let jobs = self.jobs.as_ref().expect("open until dropped");
        jobs.send(Box::new(job))
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
        self.jobs = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
