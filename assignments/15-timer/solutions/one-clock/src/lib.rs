//! One thread for all timers keeps them in the order of their times; each `f` gets a thread of its own when its time has come.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

struct Job {
    call: Box<dyn FnOnce() + Send>,
    end: Arc<End>,
}

#[derive(Default)]
struct Queue {
    next: u64,
    /// The times that come, each with the number of its timer.
    jobs: BTreeMap<(Instant, u64), Job>,
}

struct Clock {
    queue: Mutex<Queue>,
    changed: Condvar,
}

static CLOCK: LazyLock<Arc<Clock>> = LazyLock::new(|| {
    let clock = Arc::new(Clock {
        queue: Mutex::default(),
        changed: Condvar::new(),
    });
    let ours = clock.clone();
    thread::Builder::new()
        .name("clock".into())
        .spawn(move || ours.run())
        .expect("the system starts a thread");
    clock
});

impl Clock {
    fn run(&self) {
        let mut queue = self.queue.lock().unwrap();
        loop {
            let Some(first) = queue.jobs.first_entry() else {
                queue = self.changed.wait(queue).unwrap();
                continue;
            };
            let left = first.key().0.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let job = first.remove();
                thread::spawn(move || {
                    let _ = catch_unwind(AssertUnwindSafe(job.call));
                    job.end.set(true);
                });
            } else {
                queue = self.changed.wait_timeout(queue, left).unwrap().0;
            }
        }
    }
}

/// `Some(whether f ran)` when it is over.
#[derive(Default)]
struct End {
    result: Mutex<Option<bool>>,
    changed: Condvar,
}

impl End {
    fn set(&self, ran: bool) {
        *self.result.lock().unwrap() = Some(ran);
        self.changed.notify_all();
    }
}

pub struct Timer {
    /// `None`: its time never comes.
    key: Option<(Instant, u64)>,
    end: Arc<End>,
}

impl Timer {
    pub fn start<F>(delay: Duration, f: F) -> Self
    where
        F: FnOnce() + Send + 'static,
    {
        let end = Arc::new(End::default());
        let key = Instant::now().checked_add(delay).map(|time| {
            let job = Job {
                call: Box::new(f),
                end: end.clone(),
            };
            let mut queue = CLOCK.queue.lock().unwrap();
            let number = queue.next;
            queue.next += 1;
            queue.jobs.insert((time, number), job);
            CLOCK.changed.notify_one();
            (time, number)
        });
        Timer { key, end }
    }

    pub fn cancel(&self) -> bool {
        let first = match self.key {
            Some(key) => CLOCK.queue.lock().unwrap().jobs.remove(&key).is_some(),
            None => self.end.result.lock().unwrap().is_none(),
        };
        if first {
            self.end.set(false);
        }
        first
    }

    pub fn is_finished(&self) -> bool {
        self.end.result.lock().unwrap().is_some()
    }

    pub fn join(self) -> bool {
        let result = self.end.result.lock().unwrap();
        let result = self.end.changed.wait_while(result, |r| r.is_none());
        *result.unwrap() == Some(true)
    }
}
