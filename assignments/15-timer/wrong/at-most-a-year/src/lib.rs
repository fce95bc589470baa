//! Bug: no delay is longer than a year.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum St {
    Waiting,
    Cancelled,
    Running,
    Done,
}
use St::*;
pub struct Timer {
    sh: Arc<(Mutex<St>, Condvar)>,
}
impl Timer {
    pub fn start<F>(delay: Duration, f: F) -> Self
    where
        F: FnOnce() + Send + 'static,
    {
        let sh = Arc::new((Mutex::new(Waiting), Condvar::new()));
        let t = Timer { sh: sh.clone() };
        let start = Instant::now();
        thread::spawn(move || {
            let (m, c) = &*sh;
            let mut st = m.lock().unwrap();
            while *st == Waiting {
                let left = delay.min(Duration::from_secs(365 * 86400)).saturating_sub(start.elapsed());
                if left.is_zero() {
                    break;
                }
                st = c.wait_timeout(st, left).unwrap().0;
            }
            if *st == Cancelled {
                return;
            }
            *st = Running;
            drop(st);
            let _ = catch_unwind(AssertUnwindSafe(f));
            *m.lock().unwrap() = Done;
            c.notify_all();
        });
        t
    }
    pub fn cancel(&self) -> bool {
        let mut st = self.sh.0.lock().unwrap();
        if *st != Waiting {
            return false;
        }
        *st = Cancelled;
        self.sh.1.notify_all();
        true
    }
    pub fn is_finished(&self) -> bool {
        matches!(*self.sh.0.lock().unwrap(), Cancelled | Done)
    }
    pub fn join(self) -> bool {
        let mut st = self.sh.0.lock().unwrap();
        while matches!(*st, Waiting | Running) {
            st = self.sh.1.wait(st).unwrap();
        }
        *st == Done
    }
}
