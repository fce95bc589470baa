//! `std::sync::Condvar`: may wake spuriously, and `notify_one` wakes any waiter.

use super::{LockResult, MutexGuard, PoisonError, id_of};
use crate::time::deadline;
use kernel::exec::How;
use kernel::native::Wait;
use kernel::{Loc, Obj, ObjKind, Op, WaitOpts};
use std::panic::Location;
use std::time::Duration;

/// A condition variable.
pub struct Condvar {
    obj: Obj,
    inner: std::sync::Condvar,
}

/// Whether a timed wait ended because its time was up.
#[derive(Debug, PartialEq, Eq, Copy, Clone)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Whether its time was up.
    #[must_use]
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

impl std::panic::UnwindSafe for Condvar {}
impl std::panic::RefUnwindSafe for Condvar {}

impl std::fmt::Debug for Condvar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Condvar").finish_non_exhaustive()
    }
}

impl Default for Condvar {
    fn default() -> Self {
        Condvar::new()
    }
}

impl Condvar {
    /// A condition variable that nobody waits at.
    pub const fn new() -> Self {
        Condvar { obj: Obj::new(), inner: std::sync::Condvar::new() }
    }

    fn wait_inner<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        wait: Option<Duration>,
        place: Loc,
    ) -> (LockResult<MutexGuard<'a, T>>, bool) {
        let lock = guard.lock;
        let timed_out;
        if kernel::modelled() {
            let id = id_of(self, &self.obj, ObjKind::Condvar, 0);
            let mutex = lock.id();
            let op = Op { name: "wait", object: Some(id), place };
            kernel::exec::step(op);
            kernel::exec::note("wait", Some(id), place, true, || "unlocks and sleeps".to_string());
            drop(guard.inner.take());
            kernel::exec::release_now(mutex, 1, Op { name: "unlock", object: Some(mutex), place });
            let ticket = kernel::exec::enqueue(id);
            let opts = WaitOpts { deadline: wait.and_then(deadline), spurious: true };
            let how = kernel::exec::acquire(ticket, 1, 1, "woken", place, opts);
            if how != How::Run {
                kernel::exec::dequeue(id, ticket);
            }
            timed_out = how == How::Timeout;
            kernel::exec::acquire(mutex, 1, 1, "lock again", place, WaitOpts::default());
            guard.inner = Some(lock.real());
            guard.place = place;
        } else {
            kernel::native::touch(self, &self.obj);
            kernel::native::op();
            let Some(inner) = guard.inner.take() else { unreachable!("a guard in use holds its lock") };
            lock.unlocked_native();
            if kernel::native::below(24) == 23 {
                // A spurious wake-up: std allows it at any time.
                drop(inner);
                kernel::native::op();
                guard.inner = Some(lock.lock_native(place));
                timed_out = false;
            } else {
                let here = std::ptr::from_ref(self) as usize;
                let (inner, out) = match wait {
                    None => {
                        let w = Wait { what: "a notification", object: here, place };
                        let inner = kernel::native::blocking(w, || {
                            self.inner.wait(inner).unwrap_or_else(std::sync::PoisonError::into_inner)
                        });
                        (inner, false)
                    }
                    Some(d) => {
                        let (inner, r) = kernel::native::blocking_at_most(d, || {
                            self.inner.wait_timeout(inner, d).unwrap_or_else(std::sync::PoisonError::into_inner)
                        });
                        (inner, r.timed_out())
                    }
                };
                timed_out = out;
                kernel::native::locked(std::ptr::from_ref(lock).cast::<u8>() as usize, place);
                guard.inner = Some(inner);
            }
        }
        let result = if lock.poisoned() { Err(PoisonError::new(guard)) } else { Ok(guard) };
        (result, timed_out)
    }

    /// Unlocks, sleeps until notified (or for no reason), locks again.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        self.wait_inner(guard, None, Location::caller()).0
    }

    /// Waits while `condition` holds.
    #[track_caller]
    pub fn wait_while<'a, T, F: FnMut(&mut T) -> bool>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: F,
    ) -> LockResult<MutexGuard<'a, T>> {
        let place = Location::caller();
        while condition(&mut *guard) {
            guard = self.wait_inner(guard, None, place).0?;
        }
        Ok(guard)
    }

    /// Like [`wait`](Self::wait), for at most `dur`.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        dur: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let (r, timed_out) = self.wait_inner(guard, Some(dur), Location::caller());
        match r {
            Ok(g) => Ok((g, WaitTimeoutResult(timed_out))),
            Err(e) => Err(PoisonError::new((e.into_inner(), WaitTimeoutResult(timed_out)))),
        }
    }

    /// Like [`wait_timeout`](Self::wait_timeout), in milliseconds; true if notified.
    #[deprecated(since = "1.6.0", note = "replaced by `std::sync::Condvar::wait_timeout`")]
    #[track_caller]
    pub fn wait_timeout_ms<'a, T>(&self, guard: MutexGuard<'a, T>, ms: u32) -> LockResult<(MutexGuard<'a, T>, bool)> {
        let (r, timed_out) = self.wait_inner(guard, Some(Duration::from_millis(u64::from(ms))), Location::caller());
        match r {
            Ok(g) => Ok((g, !timed_out)),
            Err(e) => Err(PoisonError::new((e.into_inner(), !timed_out))),
        }
    }

    /// Waits while `condition` holds, for at most `dur` in all.
    #[track_caller]
    pub fn wait_timeout_while<'a, T, F: FnMut(&mut T) -> bool>(
        &self,
        mut guard: MutexGuard<'a, T>,
        dur: Duration,
        mut condition: F,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let place = Location::caller();
        let start = crate::time::Instant::now();
        loop {
            if !condition(&mut *guard) {
                return Ok((guard, WaitTimeoutResult(false)));
            }
            let Some(left) = dur.checked_sub(start.elapsed()).filter(|d| !d.is_zero()) else {
                return Ok((guard, WaitTimeoutResult(true)));
            };
            match self.wait_inner(guard, Some(left), place).0 {
                Ok(g) => guard = g,
                Err(e) => return Err(PoisonError::new((e.into_inner(), WaitTimeoutResult(false)))),
            }
        }
    }

    fn notify(&self, all: bool, place: Loc) {
        if kernel::modelled() {
            kernel::exec::notify(id_of(self, &self.obj, ObjKind::Condvar, 0), all, place);
        } else {
            kernel::native::touch(self, &self.obj);
            kernel::native::op();
            if all { self.inner.notify_all() } else { self.inner.notify_one() }
        }
    }

    /// Wakes one waiter, if there is one: any of them.
    #[track_caller]
    pub fn notify_one(&self) {
        self.notify(false, Location::caller());
    }

    /// Wakes every waiter.
    #[track_caller]
    pub fn notify_all(&self) {
        self.notify(true, Location::caller());
    }
}
