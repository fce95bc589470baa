//! How long tasks work under a lock that another one waits for.

use super::{Exec, with};
use std::time::{Duration, Instant};

/// How long the tasks have worked, the time that the model itself takes not counted.
#[derive(Debug, Clone, Copy)]
pub struct Hindering {
    since: Instant,
    /// All of them.
    pub all: Duration,
    /// Those that held a lock which another one waited for.
    pub under_wanted_locks: Duration,
}

/// From now on it is counted how long tasks work, and how long under a lock that another one waits for.
pub fn watch_locks() {
    let none = Duration::ZERO;
    with(|k| k.exec.hindering = Some(Hindering { since: Instant::now(), all: none, under_wanted_locks: none }));
}

/// What was counted since [`watch_locks`].
pub fn unwatch_locks() -> Option<Hindering> {
    with(|k| {
        k.exec.works_no_more();
        k.exec.hindering.take()
    })
}

impl Exec {
    /// The running task comes to an operation.
    pub(super) fn works_no_more(&mut self) {
        if let Some(mut h) = self.hindering {
            let worked = h.since.elapsed();
            h.all += worked;
            if self.hinders() {
                h.under_wanted_locks += worked;
            }
            self.hindering = Some(h);
        }
    }

    /// The running task goes on with its own work.
    pub(super) fn works_again(&mut self) {
        if let Some(h) = &mut self.hindering {
            h.since = Instant::now();
        }
    }
}
