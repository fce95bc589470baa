use std::any::Any;
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobPanicked {
    pub message: String,
}

fn text(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        (*text).to_string()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "Box<dyn Any>".to_string()
    }
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

/// Starts a thread for each job, never more than `workers` at a time.
pub struct ThreadPool {
    workers: usize,
    running: Arc<(Mutex<usize>, Condvar)>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl ThreadPool {
    pub fn new(workers: NonZeroUsize) -> Self {
        ThreadPool {
            workers: workers.get(),
            running: Arc::default(),
            threads: Mutex::default(),
        }
    }

    pub fn workers(&self) -> usize {
        self.workers
    }

    pub fn execute<F>(&self, job: F)
    where
        F: FnOnce() + Send + 'static,
    {
        let (running, workers) = (Arc::clone(&self.running), self.workers);
        let thread = thread::spawn(move || {
            let (count, changed) = &*running;
            *changed
                .wait_while(count.lock().unwrap(), |n| *n == workers)
                .unwrap() += 1;
            let _ = panic::catch_unwind(AssertUnwindSafe(job));
            *count.lock().unwrap() -= 1;
            changed.notify_one();
        });
        self.threads.lock().unwrap().push(thread);
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
        for thread in self.threads.get_mut().unwrap().drain(..) {
            let _ = thread.join();
        }
    }
}
