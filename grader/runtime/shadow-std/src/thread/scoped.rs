//! Scoped threads.

use super::builder::{OnEnd, start};
use super::handle::{Handle, Thread};
use kernel::{Loc, ObjId, ObjKind, Op, WaitOpts};
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, Location};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Threads of a scope whose closures have not ended.
struct Running {
    count: AtomicUsize,
    /// Model: gets a permit when the last closure has ended.
    idle: Option<ObjId>,
    /// Native: the same.
    lock: Mutex<()>,
    changed: Condvar,
    /// For each thread: whether it panicked and nobody has looked at it.
    unhandled: Mutex<Vec<Arc<AtomicBool>>>,
}

/// A scope in which threads may borrow from outside.
pub struct Scope<'scope, 'env: 'scope> {
    running: Arc<Running>,
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

impl std::fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scope").finish_non_exhaustive()
    }
}

/// A scoped thread that can be waited for; the scope waits for it in any case.
pub struct ScopedJoinHandle<'scope, T> {
    handle: Handle<T>,
    scope: PhantomData<&'scope ()>,
}

// SAFETY: as for `JoinHandle`: the result is handed over by `join(self)` only.
unsafe impl<T> Send for ScopedJoinHandle<'_, T> {}
// SAFETY: as above.
unsafe impl<T> Sync for ScopedJoinHandle<'_, T> {}

impl<T> std::fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScopedJoinHandle").finish_non_exhaustive()
    }
}

impl<'scope, T> ScopedJoinHandle<'scope, T> {
    /// The thread.
    pub fn thread(&self) -> &Thread {
        &self.handle.thread
    }

    /// Waits until the thread has ended; its result, or the payload of its panic.
    #[track_caller]
    pub fn join(self) -> std::thread::Result<T> {
        self.handle.join(Location::caller())
    }

    /// Whether the thread has ended.
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        self.handle.is_finished(Location::caller())
    }
}

/// Runs `f` with a scope, and waits for all its threads.
#[track_caller]
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let place = Location::caller();
    let (running, depth) = Running::new();
    let scope = Scope { running: running.clone(), scope: PhantomData, env: PhantomData };
    let result = std::panic::catch_unwind(AssertUnwindSafe(|| f(&scope)));
    running.finish(result.is_err(), depth, place);
    match result {
        Err(payload) => crate::panic::resume_unwind(payload),
        Ok(_) if running.a_thread_panicked() => panic!("a scoped thread panicked"),
        Ok(value) => value,
    }
}

// None of this depends on a type of the program's, so that it is compiled once, here.
impl Running {
    /// No thread yet, and how deep in panics the caller is.
    fn new() -> (Arc<Running>, Option<u32>) {
        let idle = kernel::modelled().then(|| kernel::exec::new_object(ObjKind::Thread, 1));
        let running = Running {
            count: AtomicUsize::new(0),
            idle,
            lock: Mutex::new(()),
            changed: Condvar::new(),
            unhandled: Mutex::default(),
        };
        (Arc::new(running), kernel::modelled().then(kernel::exec::panic_depth))
    }

    /// The scope's closure has ended, with a panic or without.
    fn finish(&self, panicked: bool, depth: Option<u32>, place: Loc) {
        if panicked && let Some(depth) = depth {
            kernel::exec::panics_caught(depth);
        }
        self.wait(place);
    }

    /// Counts a thread that is about to start; what it calls when it ends.
    fn starting(self: &Arc<Self>, place: Loc) -> OnEnd {
        self.begin();
        let running = self.clone();
        Arc::new(move |_panicked| running.end(place))
    }

    fn watch(&self, unhandled: &Arc<AtomicBool>) {
        self.unhandled.lock().unwrap_or_else(PoisonError::into_inner).push(unhandled.clone());
    }

    fn wait(&self, place: Loc) {
        if let Some(idle) = self.idle {
            kernel::exec::acquire(idle, 1, 0, "end of scope", place, WaitOpts::default());
            return;
        }
        let wait = kernel::native::Wait { what: "the scope's threads", object: 0, place };
        kernel::native::blocking(wait, || {
            let mut guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
            while self.count.load(Ordering::Acquire) > 0 {
                guard = self.changed.wait(guard).unwrap_or_else(PoisonError::into_inner);
            }
        });
    }

    fn a_thread_panicked(&self) -> bool {
        let unhandled = self.unhandled.lock().unwrap_or_else(PoisonError::into_inner);
        unhandled.iter().any(|u| u.load(Ordering::Relaxed))
    }

    fn begin(&self) {
        if self.count.fetch_add(1, Ordering::Relaxed) == 0
            && let Some(idle) = self.idle
        {
            kernel::exec::set_permits(idle, 0);
        }
    }

    fn end(&self, place: Loc) {
        let guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let last = self.count.fetch_sub(1, Ordering::Release) == 1;
        drop(guard);
        match self.idle {
            Some(idle) => {
                // What every thread did happens before the end of the scope, so each one publishes.
                let op = Op { name: "leave scope", object: Some(idle), place };
                kernel::exec::release_now(idle, i64::from(last), op);
            }
            None if last => self.changed.notify_all(),
            None => {}
        }
    }
}

impl<'scope, 'env> Scope<'scope, 'env> {
    /// Starts a thread that may borrow from outside the scope.
    #[track_caller]
    pub fn spawn<F, T>(&'scope self, f: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        match self.start(None, None, f, Location::caller()) {
            Ok(h) => h,
            Err(e) => panic!("failed to spawn thread: {e:?}"),
        }
    }

    pub(crate) fn start<F, T>(
        &'scope self,
        name: Option<String>,
        stack_size: Option<usize>,
        f: F,
        place: Loc,
    ) -> std::io::Result<ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let end = self.running.starting(place);
        // SAFETY: `scope` waits until `end` was called for every thread, so what they borrow lives long enough;
        // nothing borrowed is touched after that (the result sits in a packet owned by the handle).
        match unsafe { start(name, stack_size, f, Some(end), place) } {
            Ok(handle) => {
                self.running.watch(&handle.packet.unhandled);
                Ok(ScopedJoinHandle { handle, scope: PhantomData })
            }
            Err(e) => {
                self.running.end(place);
                Err(e)
            }
        }
    }
}
