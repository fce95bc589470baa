//! `std::sync::Once`, `OnceLock` and `LazyLock`, on one core.

use kernel::native::Wait;
use kernel::{Loc, Obj, ObjId, ObjKind, Op, WaitOpts};
use std::cell::Cell;
use std::fmt;
use std::ops::Deref;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

const NEW: u8 = 0;
const POISONED: u8 = 1;
const COMPLETE: u8 = 2;
/// Natively: a thread is at it.
const RUNNING: u8 = 3;

/// Who may run the initialiser, and whether it has run.
struct Core {
    obj: Obj,
    /// Number of the object that waiters wait at, plus one; valid in this execution.
    done: AtomicUsize,
    state: AtomicU8,
    /// Native.
    lock: Mutex<()>,
    changed: Condvar,
}

/// The right to run the initialiser. Dropped without [`Turn::end`], it was a panic.
struct Turn<'a> {
    core: &'a Core,
    was: u8,
    if_dropped: u8,
    place: Loc,
}

impl Turn<'_> {
    fn end(mut self, state: u8) {
        self.if_dropped = state;
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.core.finish(self.if_dropped, self.place);
    }
}

impl Core {
    const fn new(state: u8) -> Core {
        Core {
            obj: Obj::new(),
            done: AtomicUsize::new(0),
            state: AtomicU8::new(state),
            lock: Mutex::new(()),
            changed: Condvar::new(),
        }
    }

    /// The object whose one permit is the right to initialise, and the one that waiters wait at.
    fn ids(&self) -> (ObjId, ObjId) {
        let fresh = !kernel::exec::is_registered(&self.obj);
        let id = kernel::exec::object(&self.obj, ObjKind::Once, 1);
        if fresh {
            // Made complete (`OnceLock::from`), or completed in the value's own past.
            let permits = if self.state.load(Ordering::Relaxed) == COMPLETE { 2 } else { 0 };
            self.done.store(kernel::parts::companion(id, permits) + 1, Ordering::Relaxed);
        }
        (id, self.done.load(Ordering::Relaxed) - 1)
    }

    /// Waits while somebody else initialises; `None` if it is complete then. `owner`: what the core is a part of.
    fn begin<T: ?Sized>(&self, owner: &T, name: &'static str, place: Loc) -> Option<Turn<'_>> {
        if kernel::modelled() {
            self.touch(owner);
            let (id, _) = self.ids();
            kernel::exec::acquire(id, 1, 1, name, place, WaitOpts::default());
            let was = self.state.load(Ordering::Relaxed);
            if was == COMPLETE {
                kernel::parts::add(id, 1);
                return None;
            }
            return Some(Turn { core: self, was, if_dropped: POISONED, place });
        }
        self.touch(owner);
        kernel::native::op();
        let mut guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match self.state.load(Ordering::Acquire) {
                COMPLETE => return None,
                RUNNING => guard = self.wait_changed(guard, place),
                was => {
                    self.state.store(RUNNING, Ordering::Relaxed);
                    return Some(Turn { core: self, was, if_dropped: POISONED, place });
                }
            }
        }
    }

    fn wait_changed<'a>(&self, guard: std::sync::MutexGuard<'a, ()>, place: Loc) -> std::sync::MutexGuard<'a, ()> {
        let wait = Wait { what: "an initialisation", object: std::ptr::from_ref(self) as usize, place };
        kernel::native::blocking(wait, || self.changed.wait(guard).unwrap_or_else(PoisonError::into_inner))
    }

    fn touch<T: ?Sized>(&self, owner: &T) {
        if kernel::modelled() {
            kernel::exec::touch(owner, &self.obj);
        } else {
            kernel::native::touch(owner, &self.obj);
        }
    }

    fn finish(&self, state: u8, place: Loc) {
        if kernel::modelled() {
            let (id, done) = self.ids();
            let op =
                Op { name: if state == COMPLETE { "initialised" } else { "not initialised" }, object: Some(id), place };
            kernel::exec::step(op);
            self.state.store(state, Ordering::Relaxed);
            kernel::exec::release_now(id, 1, op);
            kernel::parts::publish(done);
            kernel::exec::set_permits(done, i64::from(state));
        } else {
            let guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
            self.state.store(state, Ordering::Release);
            drop(guard);
            self.changed.notify_all();
            kernel::native::op();
        }
    }

    /// Whether it is complete, as an operation of its own.
    fn look<T: ?Sized>(&self, owner: &T, name: &'static str, place: Loc) -> bool {
        self.touch(owner);
        if kernel::modelled() {
            let (id, done) = self.ids();
            kernel::exec::step(Op { name, object: Some(id), place });
            let complete = self.state.load(Ordering::Relaxed) == COMPLETE;
            if complete {
                kernel::exec::learn(done);
            }
            kernel::exec::note(name, Some(id), place, false, || format!("-> {complete}"));
            return complete;
        }
        kernel::native::op();
        self.state.load(Ordering::Acquire) == COMPLETE
    }

    /// Waits until it is complete; or, unless `force`, poisoned. Returns whether it is complete.
    fn wait<T: ?Sized>(&self, owner: &T, force: bool, place: Loc) -> bool {
        self.touch(owner);
        if kernel::modelled() {
            let (_, done) = self.ids();
            let need = i64::from(if force { COMPLETE } else { POISONED });
            kernel::exec::acquire(done, need, 0, "wait", place, WaitOpts::default());
            return self.state.load(Ordering::Relaxed) == COMPLETE;
        }
        kernel::native::op();
        let mut guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match self.state.load(Ordering::Acquire) {
                COMPLETE => return true,
                POISONED if !force => return false,
                _ => guard = self.wait_changed(guard, place),
            }
        }
    }

    fn complete_now(&self) -> bool {
        self.state.load(Ordering::Acquire) == COMPLETE
    }
}

/// Runs an initialiser once.
pub struct Once {
    core: Core,
}

/// Tells the closure of [`Once::call_once_force`] what happened before.
pub struct OnceState {
    poisoned: bool,
}

impl OnceState {
    /// Whether an earlier closure panicked.
    #[must_use]
    pub fn is_poisoned(&self) -> bool {
        self.poisoned
    }
}

impl fmt::Debug for OnceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceState").field("poisoned", &self.poisoned).finish()
    }
}

impl UnwindSafe for Once {}
impl RefUnwindSafe for Once {}

impl Once {
    /// One that has not run.
    #[allow(clippy::new_without_default)] // std's has none either
    pub const fn new() -> Once {
        Once { core: Core::new(NEW) }
    }

    /// Runs `f` if nothing has run yet; waits while another thread is at it.
    #[track_caller]
    pub fn call_once<F: FnOnce()>(&self, f: F) {
        if let Some(turn) = self.core.begin(self, "call_once", Location::caller()) {
            if turn.was == POISONED {
                turn.end(POISONED);
                panic!("Once instance has previously been poisoned");
            }
            f();
            turn.end(COMPLETE);
        }
    }

    /// Like `call_once`, but an earlier panic does not matter.
    #[track_caller]
    pub fn call_once_force<F: FnOnce(&OnceState)>(&self, f: F) {
        if let Some(turn) = self.core.begin(self, "call_once_force", Location::caller()) {
            f(&OnceState { poisoned: turn.was == POISONED });
            turn.end(COMPLETE);
        }
    }

    /// Whether a closure has run to its end.
    #[track_caller]
    pub fn is_completed(&self) -> bool {
        self.core.look(self, "is_completed", Location::caller())
    }

    /// Waits until a closure has run to its end; panics if one panicked.
    #[track_caller]
    pub fn wait(&self) {
        if !self.core.wait(self, false, Location::caller()) {
            panic!("Once instance has previously been poisoned");
        }
    }

    /// Waits until a closure has run to its end, whatever happened before.
    #[track_caller]
    pub fn wait_force(&self) {
        self.core.wait(self, true, Location::caller());
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once").finish_non_exhaustive()
    }
}

/// A value that is written once.
pub struct OnceLock<T> {
    core: Core,
    value: std::sync::OnceLock<T>,
}

impl<T: RefUnwindSafe + UnwindSafe> RefUnwindSafe for OnceLock<T> {}
impl<T: UnwindSafe> UnwindSafe for OnceLock<T> {}

impl<T> OnceLock<T> {
    /// One without a value.
    pub const fn new() -> OnceLock<T> {
        OnceLock { core: Core::new(NEW), value: std::sync::OnceLock::new() }
    }

    /// The value, if it is there.
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        if self.core.look(self, "get", Location::caller()) { self.value.get() } else { None }
    }

    /// The value, if it is there.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut()
    }

    /// Waits until the value is there.
    #[track_caller]
    pub fn wait(&self) -> &T {
        self.core.wait(self, true, Location::caller());
        self.present()
    }

    fn present(&self) -> &T {
        match self.value.get() {
            Some(v) => v,
            None => unreachable!("the value is there once the core is complete"),
        }
    }

    /// Sets the value; gives it back if there is one already.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        match self.core.begin(self, "set", Location::caller()) {
            None => Err(value),
            Some(turn) => {
                let r = self.value.set(value);
                turn.end(COMPLETE);
                r
            }
        }
    }

    /// The value; `f` makes it if it is not there. Others wait meanwhile.
    #[track_caller]
    pub fn get_or_init<F: FnOnce() -> T>(&self, f: F) -> &T {
        if let Some(mut turn) = self.core.begin(self, "get_or_init", Location::caller()) {
            // A panic leaves it as it was: the next one may try.
            turn.if_dropped = NEW;
            let value = f();
            let _ = self.value.set(value);
            turn.end(COMPLETE);
        }
        self.present()
    }

    /// The value.
    pub fn into_inner(mut self) -> Option<T> {
        self.take()
    }

    /// Takes the value out.
    pub fn take(&mut self) -> Option<T> {
        self.core = Core::new(NEW);
        self.value.take()
    }
}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        OnceLock::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut d = f.debug_tuple("OnceLock");
        match self.get() {
            Some(v) => d.field(v),
            None => d.field(&format_args!("<uninit>")),
        };
        d.finish()
    }
}

impl<T: Clone> Clone for OnceLock<T> {
    fn clone(&self) -> Self {
        match self.get() {
            Some(v) => OnceLock::from(v.clone()),
            None => OnceLock::new(),
        }
    }
}

impl<T> From<T> for OnceLock<T> {
    fn from(value: T) -> Self {
        OnceLock { core: Core::new(COMPLETE), value: std::sync::OnceLock::from(value) }
    }
}

impl<T: PartialEq> PartialEq for OnceLock<T> {
    fn eq(&self, other: &OnceLock<T>) -> bool {
        self.get() == other.get()
    }
}

impl<T: Eq> Eq for OnceLock<T> {}

/// A value that is made at its first use.
pub struct LazyLock<T, F = fn() -> T> {
    core: Core,
    value: std::sync::OnceLock<T>,
    init: Cell<Option<F>>,
}

// SAFETY: `init` is only touched by the thread that has the core's one turn, and by `&mut self`.
unsafe impl<T: Sync + Send, F: Send> Sync for LazyLock<T, F> {}
impl<T: RefUnwindSafe + UnwindSafe, F: UnwindSafe> RefUnwindSafe for LazyLock<T, F> {}
impl<T: UnwindSafe, F: UnwindSafe> UnwindSafe for LazyLock<T, F> {}

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// One whose value `f` will make.
    pub const fn new(f: F) -> LazyLock<T, F> {
        LazyLock { core: Core::new(NEW), value: std::sync::OnceLock::new(), init: Cell::new(Some(f)) }
    }

    /// Makes the value if it is not there; others wait meanwhile.
    #[track_caller]
    pub fn force(this: &LazyLock<T, F>) -> &T {
        if let Some(turn) = this.core.begin(this, "force", Location::caller()) {
            let init = this.init.take();
            let Some(init) = init.filter(|_| turn.was != POISONED) else {
                turn.end(POISONED);
                panic!("LazyLock instance has previously been poisoned");
            };
            let value = init();
            let _ = this.value.set(value);
            turn.end(COMPLETE);
        }
        match this.value.get() {
            Some(v) => v,
            None => unreachable!("the value is there once the core is complete"),
        }
    }

    /// Makes the value if it is not there.
    pub fn force_mut(this: &mut LazyLock<T, F>) -> &mut T {
        LazyLock::force(this);
        match this.value.get_mut() {
            Some(v) => v,
            None => unreachable!("it was made just now"),
        }
    }
}

impl<T, F> LazyLock<T, F> {
    /// The value, if it has been made.
    #[track_caller]
    pub fn get(this: &LazyLock<T, F>) -> Option<&T> {
        if this.core.look(this, "get", Location::caller()) { this.value.get() } else { None }
    }

    /// The value, if it has been made.
    pub fn get_mut(this: &mut LazyLock<T, F>) -> Option<&mut T> {
        this.value.get_mut()
    }
}

impl<T, F: FnOnce() -> T> Deref for LazyLock<T, F> {
    type Target = T;
    #[track_caller]
    fn deref(&self) -> &T {
        LazyLock::force(self)
    }
}

impl<T: Default> Default for LazyLock<T> {
    fn default() -> LazyLock<T> {
        LazyLock::new(T::default)
    }
}

impl<T: fmt::Debug, F> fmt::Debug for LazyLock<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut d = f.debug_tuple("LazyLock");
        // A look without an operation, as printing is none.
        if self.core.complete_now()
            && let Some(v) = self.value.get()
        {
            d.field(v);
        } else {
            d.field(&format_args!("<uninit>"));
        }
        d.finish()
    }
}
