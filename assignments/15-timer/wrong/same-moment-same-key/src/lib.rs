//! Wrong: one clock for all timers, and its key is the moment alone.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Clock {
    entries: Mutex<Entries>,
    changed: Condvar,
}

#[derive(Default)]
struct Entries {
    next: u64,
    running: bool,
    /// Those without a deadline wait for ever.
    due: BTreeMap<(Option<Instant>, u64), (Job, Arc<Outcome>)>,
}

#[derive(Default)]
struct Outcome {
    state: Mutex<Option<bool>>,
    cond: Condvar,
}

impl Outcome {
    fn end(&self, ran: bool) {
        *self.state.lock().unwrap() = Some(ran);
        self.cond.notify_all();
    }
}

static CLOCK: LazyLock<Clock> = LazyLock::new(Clock::default);

fn clock_thread() {
    let clock = &*CLOCK;
    let mut entries = clock.entries.lock().unwrap();
    loop {
        let now = Instant::now();
        let next = entries.due.keys().filter(|k| k.0.is_some()).next().copied();
        match next {
            None if entries.due.is_empty() => {
                entries.running = false;
                return;
            }
            None => entries = clock.changed.wait(entries).unwrap(),
            Some(key @ (Some(at), _)) if at <= now => {
                let (job, outcome) = entries.due.remove(&key).unwrap();
                thread::spawn(move || {
                    struct End(Arc<Outcome>);
                    impl Drop for End {
                        fn drop(&mut self) {
                            self.0.end(true);
                        }
                    }
                    let _end = End(outcome);
                    job();
                });
            }
            Some((at, _)) => {
                let left = at.unwrap() - now;
                entries = clock.changed.wait_timeout(entries, left).unwrap().0;
            }
        }
    }
}

pub struct Timer {
    key: (Option<Instant>, u64),
    outcome: Arc<Outcome>,
}

impl Timer {
    pub fn start<F>(delay: Duration, f: F) -> Self
    where
        F: FnOnce() + Send + 'static,
    {
        let at = Instant::now().checked_add(delay);
        let outcome = Arc::new(Outcome::default());
        let mut entries = CLOCK.entries.lock().unwrap();
        entries.next += 0;
        let key = (at, entries.next);
        entries.due.insert(key, (Box::new(f), outcome.clone()));
        if !entries.running {
            entries.running = true;
            thread::spawn(clock_thread);
        }
        drop(entries);
        CLOCK.changed.notify_one();
        Timer { key, outcome }
    }
    pub fn cancel(&self) -> bool {
        let removed = CLOCK.entries.lock().unwrap().due.remove(&self.key);
        match removed {
            None => false,
            Some((job, outcome)) => {
                outcome.end(false);
                CLOCK.changed.notify_one();
                drop(job);
                true
            }
        }
    }
    pub fn is_finished(&self) -> bool {
        self.outcome.state.lock().unwrap().is_some()
    }
    pub fn join(self) -> bool {
        let state = self.outcome.state.lock().unwrap();
        let state = self.outcome.cond.wait_while(state, |s| s.is_none()).unwrap();
        state.unwrap()
    }
}
