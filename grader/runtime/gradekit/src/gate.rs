//! Places where threads wait on purpose.

use crate::hooks::{self, Kind};
use shadow_std::sync::{Condvar, Mutex};

/// A door that is closed until somebody opens it. It stays open.
///
/// ```
/// use gradekit::*;
/// let (gate, log) = (Gate::new(), Log::new());
/// concurrently2(
///     || { gate.pass(); log.push("inside") },
///     || { log.push("open"); gate.open() },
/// );
/// assert_eq!(log.take(), ["open", "inside"]);
/// ```
#[derive(Debug, Default)]
pub struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Gate { open: Mutex::new(false), opened: Condvar::new() }
    }

    /// Opens it for all who wait and all who will come.
    #[track_caller]
    pub fn open(&self) {
        *self.open.lock().unwrap_or_else(|e| e.into_inner()) = true;
        self.opened.notify_all();
    }

    /// Waits until it is open.
    #[track_caller]
    pub fn pass(&self) {
        let mut open = self.open.lock().unwrap_or_else(|e| e.into_inner());
        if !*open {
            let _label = hooks::waiting_for(Kind::Deadlock, "waits at a gate of the check, which was not opened");
            while !*open {
                open = self.opened.wait(open).unwrap_or_else(|e| e.into_inner());
            }
        }
    }

    /// Is it open?
    #[track_caller]
    pub fn is_open(&self) -> bool {
        *self.open.lock().unwrap_or_else(|e| e.into_inner())
    }
}

/// "These `k` calls must be inside at the same time": each calls [`Meeting::arrive`], which returns once `k` of them are in it
/// together. If that cannot happen it is a deadlock, and the message says what was missing.
///
/// Once the meeting has taken place, later calls of `arrive` return at once.
///
/// ```
/// use gradekit::*;
/// let meeting = Meeting::new(2);
/// // Both calls of the closure run at the same time, or this does not end.
/// concurrently(2, |_| meeting.arrive("concurrently"));
/// assert!(meeting.has_met());
/// ```
#[derive(Debug)]
pub struct Meeting {
    k: usize,
    inside: Mutex<usize>,
    met: Condvar,
}

impl Meeting {
    /// A meeting of `k` calls.
    pub fn new(k: usize) -> Self {
        Meeting { k, inside: Mutex::new(0), met: Condvar::new() }
    }

    /// Waits until `k` calls are inside at once. `what` says in the message which calls those are.
    #[track_caller]
    pub fn arrive(&self, what: &str) {
        let mut inside = self.inside.lock().unwrap_or_else(|e| e.into_inner());
        *inside += 1;
        if *inside == self.k {
            self.met.notify_all();
        } else if *inside < self.k {
            let text = format!("`{what}`: {} calls must be running at the same time, but they do not meet", self.k);
            let _label = hooks::waiting_for(Kind::Deadlock, &text);
            while *inside < self.k {
                inside = self.met.wait(inside).unwrap_or_else(|e| e.into_inner());
            }
        }
    }

    /// Have `k` calls been inside at once?
    #[track_caller]
    pub fn has_met(&self) -> bool {
        *self.inside.lock().unwrap_or_else(|e| e.into_inner()) >= self.k
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Counter, concurrently};

    #[test]
    fn nobody_passes_a_closed_gate() {
        let (gate, passed) = (Gate::new(), Counter::new());
        concurrently(3, |i| {
            if i < 2 {
                gate.pass();
                passed.add(1);
            } else {
                crate::settle();
                assert!(!gate.is_open());
                assert_eq!(passed.get(), 0);
                gate.open();
            }
        });
        assert_eq!(passed.get(), 2);
    }

    #[test]
    fn a_meeting_needs_all_of_them() {
        let (meeting, through) = (Meeting::new(3), Counter::new());
        concurrently(3, |i| {
            if i == 2 {
                crate::settle();
                assert_eq!(through.get(), 0);
                assert!(!meeting.has_met());
            }
            meeting.arrive("test");
            through.add(1);
        });
        meeting.arrive("late");
        assert_eq!(through.get(), 3);
    }
}
