//! A queue for each worker; who has nothing of its own takes from a neighbour. A counter says how many jobs are there.

use std::any::Any;
use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
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

/// How many jobs nobody has claimed yet, and whether more can come.
struct Supply {
    unclaimed: usize,
    closed: bool,
}

struct Shared {
    /// A queue for each worker, so that they seldom meet at the same lock.
    queues: Vec<Mutex<VecDeque<Job>>>,
    supply: Mutex<Supply>,
    changed: Condvar,
    next: AtomicUsize,
}

impl Shared {
    /// A job of one's own, else one of a neighbour's. There is one for everybody who claimed one.
    fn find(&self, me: usize) -> Job {
        loop {
            for i in 0..self.queues.len() {
                let queue = &self.queues[(me + i) % self.queues.len()];
                if let Some(job) = queue.lock().unwrap().pop_front() {
                    return job;
                }
            }
            // Others took theirs while ours was put where we had looked already.
            thread::yield_now();
        }
    }

    fn work(&self, me: usize) {
        loop {
            let supply = self.supply.lock().unwrap();
            let mut supply = self
                .changed
                .wait_while(supply, |s| s.unclaimed == 0 && !s.closed)
                .unwrap();
            if supply.unclaimed == 0 {
                return;
            }
            supply.unclaimed -= 1;
            drop(supply);
            let _ = panic::catch_unwind(AssertUnwindSafe(self.find(me)));
        }
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

pub struct ThreadPool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl ThreadPool {
    pub fn new(workers: NonZeroUsize) -> Self {
        let shared = Arc::new(Shared {
            queues: (0..workers.get()).map(|_| Mutex::default()).collect(),
            supply: Mutex::new(Supply {
                unclaimed: 0,
                closed: false,
            }),
            changed: Condvar::new(),
            next: AtomicUsize::new(0),
        });
        let threads = (0..workers.get())
            .map(|me| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || shared.work(me))
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
        let turn = self.shared.next.fetch_add(1, Ordering::Relaxed);
        let queue = &self.shared.queues[turn % self.shared.queues.len()];
        queue.lock().unwrap().push_back(Box::new(job));
        // Only now may somebody claim it.
        self.shared.supply.lock().unwrap().unclaimed += 1;
        self.shared.changed.notify_one();
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
        self.shared.supply.lock().unwrap().closed = true;
        self.shared.changed.notify_all();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
