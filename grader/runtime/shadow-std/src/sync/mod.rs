//! `std::sync`.

pub use std::sync::*;

pub mod atomic;
mod barrier;
mod condvar;
pub mod mpsc;
mod mutex;
mod once;
mod rwlock;

pub use barrier::{Barrier, BarrierWaitResult};
pub use condvar::{Condvar, WaitTimeoutResult};
pub use mutex::{Mutex, MutexGuard};
pub use once::{LazyLock, Once, OnceLock, OnceState};
pub use rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// One that has not run.
#[deprecated(since = "1.38.0", note = "the `Once::new()` function is now preferred")]
#[allow(clippy::declare_interior_mutable_const)]
pub const ONCE_INIT: Once = Once::new();

use kernel::{Obj, ObjId, ObjKind};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the running thread is unwinding a panic; per thread, in a model execution too.
pub(crate) fn panicking() -> bool {
    if kernel::modelled() { kernel::exec::panicking() } else { std::thread::panicking() }
}

/// The poison flag of a lock.
#[derive(Debug, Default)]
pub(crate) struct Poison(AtomicBool);

impl Poison {
    pub(crate) const fn new() -> Self {
        Poison(AtomicBool::new(false))
    }

    pub(crate) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// To be called by a guard that is dropped; `before`: whether its thread panicked when it locked.
    pub(crate) fn done(&self, before: bool) {
        if !before && panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    pub(crate) fn clear(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    pub(crate) fn wrap<T>(&self, value: T) -> LockResult<T> {
        if self.get() { Err(PoisonError::new(value)) } else { Ok(value) }
    }
}

/// The kernel's object behind `obj`, after bringing a static back to its initial value.
pub(crate) fn id_of<T: ?Sized>(this: &T, obj: &Obj, kind: ObjKind, permits: i64) -> ObjId {
    kernel::exec::touch(this, obj);
    kernel::exec::object(obj, kind, permits)
}
